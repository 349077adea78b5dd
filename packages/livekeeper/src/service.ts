import { createLogger, type Logger } from "@livekeeper/base/log";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { RoomReaders, type UpstreamFactory } from "@livekeeper/engine";
import type { MemoryStore, SqliteEventLogOptions } from "@livekeeper/log";
import { inMemory, publishAddress } from "@livekeeper/log/data-folder";
import type { NatsAccess } from "@livekeeper/log/jetstream";
import type { Outgoings } from "@livekeeper/targets";
import { type Config, serviceUrl } from "./config.ts";
import type { LiveService, Watcher } from "./live/index.ts";
import type { ReaderHub } from "./outputs/readers/index.ts";
import { joinCluster, takeUpChanges } from "./service/cluster.ts";
import type { CompatPorts } from "./service/compat.ts";
import type { UpstreamAccess } from "./service/connections.ts";
import { startDemo } from "./service/demo.ts";
import { noteRun } from "./service/last-run.ts";
import { Releasers } from "./service/releasers.ts";
import { makeRooms } from "./service/rooms.ts";
import { statesOf } from "./service/states.ts";
import { openStorage } from "./service/storage.ts";
import type { Inject } from "./service/web.ts";
import { logLines } from "./text/index.ts";

export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./outputs/socket-io/index.ts";

export interface ServiceDeps {
	/** Default: the machine's own. */
	clock?: Clock;
	/** Default: created from the configuration. */
	logger?: Logger;
	/** Creates the upstream of a room's identity. Default: over the network. */
	upstreamFactory?: UpstreamFactory;
	/** Schedule of look-ups. Default: the rooms' own. */
	watching?: Watcher;
	/**
	 * Keeps everything in memory, instead of in `data_dir`. A service that is started on it after another one continues
	 * as after a restart.
	 */
	memory?: Pick<MemoryStore, "startThread">;
	/** Way to the upstream, and random numbers. Default: over the network; the machine's. */
	access?: UpstreamAccess;
	/** Way to the cluster's NATS. Default: over the network, by the system's clock. */
	nats?: Partial<NatsAccess>;
	/** Transports to targets' receivers. Default: over the network. */
	outgoings?: Outgoings;
	/** Whether it listens on its port; otherwise it only answers {@link Service.inject} and `readers`. Default true. */
	listens?: boolean;
	/** Starts the threads of the event log's writer and reader. Default: one each. */
	startThread?: SqliteEventLogOptions["startThread"];
}

/** A running service. */
export interface Service {
	/** Address at which it listens, e.g. `http://127.0.0.1:7001`. */
	readonly url: string;
	readonly port: number;
	/** Ports for programs that were written for other servers, as configured. */
	readonly compat: CompatPorts;
	readonly live: LiveService;
	/** Serves readers within this process. */
	readonly readers: Pick<ReaderHub, "open" | "counts">;
	/** Answers a request of the API within this process. */
	inject: Inject;
	/** Rooms of the demo, if any. */
	readonly demoRooms: readonly string[];
	/** Stops every part in the reverse order of its start. A second call waits for the same stop. */
	stop(): Promise<void>;
}

/**
 * Creates, connects and starts all parts; the only place that does so.
 *
 * @throws {LivekeeperError} `port_in_use` or `cannot_listen`; everything started before is stopped again
 */
export async function startService(config: Config, deps: ServiceDeps = {}): Promise<Service> {
	const releasers = new Releasers();
	try {
		return await start(config, deps, releasers);
	} catch (error) {
		await releasers.run();
		throw error;
	}
}

async function start(config: Config, deps: ServiceDeps, releasers: Releasers): Promise<Service> {
	const { clock = systemClock, upstreamFactory, watching, memory, access, outgoings, listens = true } = deps;
	const { logLevel: level, logFormat: format } = config;
	const logger = deps.logger ?? createLogger({ level, format, lines: logLines, secrets: secretsOf(config) });
	releasers.add(() => logger.info({ event: "service_stopped" }));
	const demo = config.demo ? await startDemo(clock) : undefined;
	if (demo) releasers.add(() => demo.close());
	const { dataDir = memory ? inMemory : config.dataDir, rooms: demoRooms = [] } = demo ?? {};
	const shared = { clock, logger, readers: new RoomReaders() };
	const cluster = await joinCluster(config, { ...shared, nats: deps.nats });
	// A thread that was started early is of no use for memory.
	const startThread = dataDir === inMemory ? memory?.startThread : deps.startThread;
	let rooms: Awaited<ReturnType<typeof makeRooms>> | undefined;
	const roomOf = (liveId: string) => rooms?.live.getRoom(liveId);
	const [storage, { serveWeb }] = await Promise.all([
		openStorage(
			{ ...config, dataDir },
			{ ...shared, startThread, cluster, roomOf, outgoings, random: access?.random },
			releasers,
		),
		// It takes longest to load: the storage opens meanwhile.
		import("./service/web.ts"),
	]);
	if (cluster) releasers.add(() => cluster.leave());
	// While one node stops, others keep its rooms.
	const downSince = cluster ? undefined : await noteRun({ ...shared, notes: storage.log.notes }, releasers);
	// A service that can't listen asks the upstream for nothing.
	let isServing: () => void = () => undefined;
	const begin = new Promise<void>((resolve) => {
		isServing = resolve;
	});
	const given = { ...(upstreamFactory && { upstreamFactory }), ...(watching && { watching }), access };
	const made = { ...shared, demo, dataDir, cluster, downSince, log: storage.log, begin, ...given };
	rooms = await makeRooms(config, made, releasers);
	const { live } = rooms;
	releasers.add(storage.states.follow(statesOf({ ...rooms, log: storage.log, cluster })));
	// Answers must not call a room absent before the stored rooms have been read.
	if (cluster) releasers.add(await takeUpChanges(cluster, { ...shared, ...rooms }));
	await live.resume();
	for (const { liveId, options } of demoRooms) await live.startLive(liveId, options);
	const web = await serveWeb(config, { ...shared, ...storage, ...rooms, dataDir, cluster, listens }, releasers);
	isServing();
	const { port, compat, hub: readers, inject } = web;
	const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
	// A node of a cluster holds no folder.
	if (!cluster && listens && dataDir !== inMemory) {
		const address = serviceUrl({ ...config, port, url: undefined });
		releasers.add(
			await publishAddress(dataDir, address, (error) => logger.warn({ event: "address_not_written", err: error })),
		);
	}
	// Requests of targets end while the other parts stop.
	releasers.add(() => void storage.drainTargets());
	if (cluster) {
		releasers.add(() => {
			web.stopping();
			return cluster.drain();
		});
		await cluster.listens(url);
	}
	cluster?.started();
	web.ready();
	return {
		url,
		port,
		compat,
		live,
		readers,
		inject,
		demoRooms: demoRooms.map(({ liveId }) => liveId),
		stop: () => releasers.run(),
	};
}

/** Returns the values of a configuration that no log line may contain. */
export function secretsOf({ apiKey, cookie, proxy, secret, natsPassword, natsToken }: Config): string[] {
	return [apiKey, cookie, proxy, secret, natsPassword, natsToken].filter((value) => value !== undefined);
}

import { type Clock, type LiveEvent, systemClock } from "@livekeeper/douyin";
import type { Config } from "./config.ts";
import { RoomReaders, type UpstreamFactory } from "./connections/index.ts";
import { Doctor, IdentityBook, IdentityService, LiveService, LocalRooms, OverlayTokens } from "./live/index.ts";
import { createLogger, type Logger } from "./log.ts";
import { OfficialSource } from "./official/index.ts";
import { joinCluster, takeUpChanges } from "./service/cluster.ts";
import { createManager, createProbe } from "./service/connections.ts";
import { startDemo } from "./service/demo.ts";
import { followRooms } from "./service/official.ts";
import { Releasers } from "./service/releasers.ts";
import { keptRests } from "./service/rests.ts";
import { openStorage } from "./service/storage.ts";
import { chooseStrategy } from "./service/strategy.ts";
import { serveWeb } from "./service/web.ts";

export type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./outputs/socket-io/index.ts";

export interface ServiceDeps {
	/** Default: the machine's own. */
	clock?: Clock;
	/** Default: made from the configuration. */
	logger?: Logger;
	/** How a room's identity reaches the upstream. Default: over the network. */
	upstreamFactory?: UpstreamFactory;
}

/** A running service. */
export interface Service {
	/** Where it listens, e.g. `http://127.0.0.1:7001`. */
	readonly url: string;
	readonly port: number;
	readonly live: LiveService;
	/** The rooms of the demo, or none. */
	readonly demoRooms: readonly string[];
	/** Stops every part in the reverse order of its start. Calling it again waits for the same stop. */
	stop(): Promise<void>;
}

/**
 * Wires the parts together and starts them; the only place that does so.
 *
 * @throws {LivekeeperError} `port_in_use` or `cannot_listen`; what had been started by then is stopped again
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
	const { clock = systemClock } = deps;
	const logger =
		deps.logger ?? createLogger({ level: config.logLevel, format: config.logFormat, secrets: secretsOf(config) });
	releasers.add(() => logger.info({ event: "service_stopped" }, "livekeeper 已停止"));
	const demo = config.demo ? await startDemo() : undefined;
	if (demo) releasers.add(() => demo.close());
	const { dataDir = config.dataDir, liveIds: demoRooms = [] } = demo ?? {};
	const readers = new RoomReaders();
	const wired = { ...deps, clock, logger, readers };
	const cluster = await joinCluster(config, wired);
	const stored = { ...wired, cluster };
	const { log, webhooks, backups, keyFile, webhookStats } = await openStorage(
		{ ...config, dataDir },
		stored,
		releasers,
	);
	if (cluster) releasers.add(() => cluster.leave());

	const book = new IdentityBook(log.identities);
	await book.load();
	const now = () => clock.now();
	const overlayTokens = await OverlayTokens.load({ registry: log.overlayTokens, clock, logger });
	releasers.add(() => overlayTokens.close());
	const strategy = await chooseStrategy(config, { ...wired, notes: log.notes }, releasers);
	const rests = await keptRests({ notes: log.notes, logger });
	const manager = createManager(config, demo, { ...wired, identityOf: book.resolve, strategy, rests });
	const knowsIdentity = (name: string) => book.get(name) !== undefined;
	const official = new OfficialSource({
		log,
		clock,
		logger,
		urls: { base: config.officialUrl, token: config.officialTokenUrl },
	});
	await official.load();
	const settle = (events: readonly LiveEvent[]) => official.settle(events);
	const claim = cluster && ((liveId: string) => cluster.log.claim(liveId));
	const { node } = cluster ?? {};
	const officialStatus = (liveId: string) => official.status(liveId);
	const kept = { manager, log, clock, logger, queueSize: config.queueSize };
	const onOwn = (liveId: string) => official.takeUp(liveId);
	const local = new LocalRooms({ ...kept, settle, officialStatus, claim, onOwn, node });
	const host = cluster?.host(local) ?? local;
	cluster?.shareLimits(manager.admission);
	const live = new LiveService({ host, pool: manager, log, logger, knowsIdentity });
	const warnMs = config.identityWarnHours * 3_600_000;
	const probe = createProbe(config, demo, clock);
	const identities = new IdentityService({
		registry: log.identities,
		book,
		live,
		manager,
		probe,
		now,
		warnMs,
	});
	releasers.add(() => local.close());
	releasers.add(() => manager.stop());
	releasers.add(() => official.close());
	manager.start();
	followRooms(official, live, cluster && ((liveId) => cluster.ownership.owns(liveId) && local.owns(liveId)));

	const upstreamUrl = demo?.url ?? config.upstreamUrl;
	const { cookie, proxy } = demo ? { cookie: demo.cookie, proxy: undefined } : config;
	const upstream = { url: upstreamUrl, cookie: cookie !== undefined, proxy: proxy !== undefined };
	const doctor = new Doctor({ live, identities, identityOf: book.resolve, upstream, probe, clock });
	const parts = {
		live,
		identities,
		official,
		doctor,
		overlayTokens,
		log,
		webhooks,
		webhookStats,
		backups,
		keyFile,
		upstreamUrl,
		dataDir,
		cluster,
		...wired,
	};
	const { port, ready, stopping } = await serveWeb(config, parts, releasers);
	const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
	if (cluster) {
		releasers.add(() => {
			stopping();
			return cluster.drain();
		});
		releasers.add(await takeUpChanges(cluster, { live, book, manager, clock, logger }));
		await cluster.listens(url);
	}
	await live.resume();
	for (const liveId of demoRooms) await live.startLive(liveId);
	ready();
	return { url, port, live, demoRooms, stop: () => releasers.run() };
}

/** Of a configuration: what no log line may hold. */
export function secretsOf({ apiKey, cookie, proxy, secret, natsPassword, natsToken }: Config): string[] {
	return [apiKey, cookie, proxy, secret, natsPassword, natsToken].filter((value) => value !== undefined);
}

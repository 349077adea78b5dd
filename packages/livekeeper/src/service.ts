import { type Clock, createUpstream, systemClock } from "@livekeeper/douyin";
import { type Config, isLoopbackHost } from "./config.ts";
import { ConnectionSlots, PersistentConnectionManager, type UpstreamFactory } from "./connections/index.ts";
import { LivekeeperError } from "./errors.ts";
import { type EventLog, openSecretBox, openSqliteEventLog } from "./event-log/index.ts";
import { type App, createAccess, createHttpServer } from "./http/index.ts";
import { LiveService } from "./live/index.ts";
import { createLogger, type Logger } from "./log.ts";
import { createMetrics } from "./metrics/index.ts";
import { Exporter } from "./outputs/export/index.ts";
import { ReaderHub } from "./outputs/readers/index.ts";
import { createSocketIoOutput } from "./outputs/socket-io/index.ts";
import {
	isAnyAddress,
	isPublicAddress,
	openWebhookDatabase,
	SqliteWebhookStore,
	WebhookDispatcher,
	WebhookSender,
	Webhooks,
	webhookLogOf,
} from "./outputs/webhook/index.ts";
import { createWebsocketOutput } from "./outputs/websocket/index.ts";
import { type Demo, startDemo } from "./service/demo.ts";
import { Releasers } from "./service/releasers.ts";

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

/** How long requests in flight may take to finish once the service stops, ms. */
const drainMs = 500;

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
		deps.logger ?? createLogger({ level: config.logLevel, format: config.logFormat, ...secretsOf(config) });
	releasers.add(() => logger.info("livekeeper has stopped"));
	const demo = config.demo ? await startDemo() : undefined;
	if (demo) releasers.add(() => demo.close());
	const wired = { ...deps, clock, logger };
	const { log, webhooks } = await openStorage(
		{ ...config, dataDir: demo?.dataDir ?? config.dataDir },
		wired,
		releasers,
	);

	const manager = createManager(config, demo, wired);
	const live = new LiveService({ manager, log, logger, queueSize: config.queueSize });
	releasers.add(() => live.close());
	releasers.add(() => manager.stop());
	manager.start();

	let phase: string | undefined = "starting";
	const notReady = () => phase ?? storageTrouble(log);
	const access = createAccess({ apiKey: config.apiKey, corsOrigins: config.corsOrigins, isLoopbackHost });
	const hub = new ReaderHub({ log, clock, logger, bufferBytes: config.socketBuffer, stallMs: config.readerStallMs });
	const exporter = new Exporter({ log, clock, logger });
	let readerCounts = () => ({ connected: 0, slowReaders: 0, refused: 0 });
	const metrics = createMetrics({
		rooms: () => live.getStatus().rooms,
		readers: { readerCounts: () => readerCounts() },
		clock,
	});
	releasers.add(() => metrics.close());
	const { bodyLimit, rateLimit, corsOrigins } = config;
	const shared = { live, log, hub, exporter, webhooks, access, corsOrigins, clock, logger };
	const app = await createHttpServer({ ...shared, metrics, bodyLimit, rateLimit, notReady });
	releasers.add(() => closeServer(app));
	releasers.add(() => exporter.stop());
	const { server } = app;
	const sockets = createSocketIoOutput({ ...shared, server });
	readerCounts = sockets.readerCounts;
	releasers.add(() => sockets.close());
	const websockets = createWebsocketOutput({
		...shared,
		server,
		requireRoom: (liveId) => live.requireReadable(liveId),
	});
	releasers.add(() => websockets.close());
	releasers.add(() => hub.close());

	const port = await listen(app, config);
	phase = undefined;
	releasers.add(() => {
		phase = "stopping";
	});
	const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
	await live.resume();
	for (const liveId of demo?.liveIds ?? []) await live.startLive(liveId);
	return { url, port, live, demoRooms: demo?.liveIds ?? [], stop: () => releasers.run() };
}

/** What outlives the process: the event log, and webhooks with their places in it. */
async function openStorage(config: Config, { clock, logger }: Wired, releasers: Releasers) {
	const { dataDir, secret, groupCommitMs, retentionHours, retentionMb } = config;
	const retention = { maxAgeMs: retentionHours * 3_600_000, maxBytes: retentionMb * 1024 * 1024 };
	const log = await openSqliteEventLog({ dataDir, clock, logger, secret, groupCommitMs, retention });
	releasers.add(() => log.close());
	const secrets = openSecretBox(dataDir, secret);
	const database = openWebhookDatabase(dataDir, { now: clock.now(), logger });
	releasers.add(() => void database.close());
	const allows = config.webhookAllowPrivate ? isAnyAddress : isPublicAddress;
	const store = new SqliteWebhookStore(database);
	const of = { clock, log: webhookLogOf(log), store, secrets, logger };
	const options = { concurrency: config.webhookConcurrency };
	const dispatcher = new WebhookDispatcher({ ...of, sender: new WebhookSender({ clock, allows }), options });
	releasers.add(() => dispatcher.stop());
	const webhooks = new Webhooks({ ...of, dispatcher, allows });
	await dispatcher.start();
	return { log, webhooks };
}

/** `storage: disk_full`, while what rooms say can't be stored. */
function storageTrouble(log: EventLog): string | undefined {
	const { state, fault, message } = log.status();
	return state === "ok" ? undefined : `storage: ${fault ?? "unknown"}${message ? ` (${message})` : ""}`;
}

type Wired = ServiceDeps & Required<Pick<ServiceDeps, "clock" | "logger">>;

function createManager(config: Config, demo: Demo | undefined, deps: Wired): PersistentConnectionManager {
	const { clock, logger } = deps;
	const { maxRooms, healthCheckMs, offlinePollMs, silenceMs } = config;
	return new PersistentConnectionManager({
		upstreamFor: deps.upstreamFactory ?? upstreamFactory(config, demo, clock),
		clock,
		logger,
		slots: new ConnectionSlots(clock, { startsPerSecond: config.startsPerSecond }),
		maxRooms,
		healthCheckMs,
		rooms: { offlinePollMs, silenceMs, quietMs: Math.min(20_000, silenceMs) },
	});
}

/** A room's own cookie and proxy go before the service's. The user's never go to the demo. */
function upstreamFactory(config: Config, demo: Demo | undefined, clock: Clock): UpstreamFactory {
	return (room) =>
		createUpstream({
			baseUrl: demo?.url ?? config.upstreamUrl,
			cookie: room.cookie ?? demo?.cookie ?? config.cookie,
			proxy: room.proxy ?? (demo ? undefined : config.proxy),
			userAgent: config.userAgent,
			heartbeatMs: config.heartbeatMs,
			handshakeTimeoutMs: config.handshakeTimeoutMs,
			requestTimeoutMs: config.requestTimeoutMs,
			maxBufferedEvents: config.queueSize,
			clock,
		});
}

async function listen(app: App, { host, port }: Config): Promise<number> {
	try {
		await app.listen({ host, port, listenTextResolver: (address) => `livekeeper is listening at ${address}` });
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code;
		if (code === "EADDRINUSE") {
			throw new LivekeeperError("port_in_use", `Port ${port} of ${host} is in use by another program`, { cause });
		}
		throw new LivekeeperError("cannot_listen", `Can't listen on ${host}, port ${port} (${code ?? cause})`, { cause });
	}
	const address = app.server.address();
	return typeof address === "object" && address !== null ? address.port : port;
}

/** Requests in flight may finish, but not for long. */
async function closeServer(app: App): Promise<void> {
	const timer = setTimeout(() => app.server.closeAllConnections(), drainMs);
	try {
		await app.close();
	} finally {
		clearTimeout(timer);
	}
}

function secretsOf({ apiKey, cookie, proxy, secret }: Config): { secrets: string[] } {
	return { secrets: [apiKey, cookie, proxy, secret].filter((secret) => secret !== undefined) };
}

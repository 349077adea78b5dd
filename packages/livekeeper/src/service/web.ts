import type { Socket } from "node:net";
import { type Logger, recentLines } from "@livekeeper/base/log";
import type { Text } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { PersistentConnectionManager, RoomReaders } from "@livekeeper/engine";
import type { EventLog } from "@livekeeper/log";
import type { KeyFile } from "@livekeeper/log/storage";
import type { DispatcherStats, Targets } from "@livekeeper/targets";
import { readyTexts } from "@livekeeper/targets/text";
import type { Cluster } from "../cluster/index.ts";
import { describeConfig } from "../config/schema.ts";
import { type Config, isLoopbackHost } from "../config.ts";
import { Diagnosis } from "../diagnosis/index.ts";
import { type App, createAccess, createHttpServer, Images, type McpEndpoint } from "../http/index.ts";
import {
	type Doctor,
	type IdentityService,
	KindCounts,
	type LiveService,
	type LookupService,
	type OverlayTokens,
	type RoomFinder,
	Sounds,
} from "../live/index.ts";
import { createMetrics } from "../metrics/index.ts";
import type { OfficialSource } from "../official/index.ts";
import type { Backups } from "../outputs/backups.ts";
import { Exporter } from "../outputs/export/index.ts";
import { ReaderHub } from "../outputs/readers/index.ts";
import { SocketIoOutput } from "../outputs/socket-io/index.ts";
import { createWebsocketOutput } from "../outputs/websocket/index.ts";
import type { UpdateWatch } from "../updates/index.ts";
import { type CompatPorts, serveCompat } from "./compat.ts";
import { listenError } from "./listen-error.ts";
import type { Releasers } from "./releasers.ts";
import { storageTrouble, storageWarnings } from "./storage.ts";

/** Dependencies of the web server. */
interface WebParts {
	live: LiveService;
	identities: IdentityService;
	lookups: LookupService;
	updates: UpdateWatch;
	official: OfficialSource;
	overlayTokens: OverlayTokens;
	doctor: Doctor;
	manager: Pick<PersistentConnectionManager, "historyOf">;
	finder: RoomFinder;
	log: EventLog;
	targets: Targets;
	targetStats: () => DispatcherStats;
	backups: Backups;
	keyFile: KeyFile | undefined;
	/** Registry where readers announce which rooms they read. */
	readers: RoomReaders;
	clock: Clock;
	logger: Logger;
	/** Base address of the upstream, or of the demo if there is one. */
	upstreamUrl: string;
	/** Proxy to the upstream. */
	upstreamProxy: string | undefined;
	/** The folder with all stored data. */
	dataDir: string;
	/** The cluster that this node belongs to. */
	cluster?: Cluster | undefined;
	/** Whether it listens on its port; default true. */
	listens?: boolean;
}

/** A request of the API: a plain object as `body` is sent as JSON. */
export interface InjectedRequest {
	method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	/** Path with its query. */
	path: string;
	body?: object | undefined;
	/** Further headers, by their names in lower case. */
	headers?: Record<string, string> | undefined;
	/** Address of the client. Default: this machine's own. */
	from?: string | undefined;
}

/** Answers a request without a socket. @returns the body as text */
export type Inject = (request: InjectedRequest) => Promise<{ status: number; body: string }>;

/** A listening server: until it is ready, `/health/ready` says that it is starting. */
interface Web {
	/** 0 if it doesn't listen. */
	port: number;
	compat: CompatPorts;
	hub: ReaderHub;
	inject: Inject;
	ready: () => void;
	/** Call it when the service is about to stop. */
	stopping: () => void;
}

/** Maximum time for requests in flight to finish once the service stops, ms. */
const drainMs = 500;

/**
 * Serves all reads and commands over one port.
 *
 * @returns the port, and a function to call once the service is ready for work
 * @throws {LivekeeperError} `port_in_use` or `cannot_listen`
 */
export async function serveWeb(config: Config, parts: WebParts, releasers: Releasers): Promise<Web> {
	const { live, log, clock, logger, listens = true } = parts;
	const { bodyLimit, rateLimit, corsOrigins, apiKey, trustProxy } = config;
	let phase: Text | undefined = readyTexts.starting;
	const { open: openToken } = parts.overlayTokens;
	const access = createAccess({ apiKey, corsOrigins, rateLimit, trustProxy, isLoopbackHost, openToken, clock, logger });
	const reading = (liveId: string) => parts.readers.add(liveId);
	const { maxReaders, socketBuffer: bufferBytes, readersBuffer: totalBytes, readerStallMs: stallMs } = config;
	const readerLog = parts.cluster?.readerLog ?? log;
	const hub = new ReaderHub({ log: readerLog, clock, logger, maxReaders, bufferBytes, totalBytes, stallMs, reading });
	// Also if the rest of it never starts, because its timer would keep the process alive.
	releasers.add(() => hub.close());
	const kinds = new KindCounts(log, clock);
	releasers.add(() => kinds.close());
	releasers.add(live.onStatus(({ liveId, state }) => state === "stopped" && kinds.forget(liveId)));
	const sounds = new Sounds(log.sounds, clock);
	const exporter = new Exporter({ log, clock, logger });
	let readerCounts = () => ({ connected: 0, slowReaders: 0, refused: 0 });
	const readers = { readerCounts: () => readerCounts(), connectionCounts: () => hub.connections };
	const metrics = await createMetrics({
		rooms: () => live.getStatus().rooms,
		identities: () => parts.identities.list(),
		reconnect: () => live.getReconnectStatus(),
		connections: () => live.getConnections(),
		lookups: () => parts.lookups.status(),
		readers,
		targets: parts.targetStats,
		storage: () => log.status(),
		kinds: () => kinds.totals,
		cluster: parts.cluster,
		clock,
	});
	releasers.add(() => metrics.close());
	const { upstreamUrl, upstreamProxy: proxy } = parts;
	const images = new Images({ upstreamUrl, proxy, userAgent: config.userAgent, clock });
	releasers.add(() => images.close());
	// The values in use: a demo replaces both.
	const described = describeConfig({ ...config, upstreamUrl, dataDir: parts.dataDir });
	const mcp = mcpOf(config);
	const diagnosis = new Diagnosis({
		options: described.options,
		rooms: () => live.getStatus().rooms,
		historyOf: (liveId) => parts.manager.historyOf(liveId),
		doctor: parts.doctor,
		lookups: () => parts.lookups.status(),
		storage: () => log.status(),
		metrics: () => metrics.text(),
		lines: () => recentLines(logger),
		clock,
	});
	const shared = {
		...parts,
		diagnosis,
		kinds,
		sounds,
		images,
		hub,
		exporter,
		access,
		corsOrigins,
		config: described,
		mcp,
	};
	const notReady = () => phase ?? storageTrouble(log) ?? parts.cluster?.trouble;
	const warnings = () => storageWarnings(log, clock.now());
	const app = await createHttpServer({ ...shared, metrics, bodyLimit, trustProxy, listens, notReady, warnings });
	const drain = drainOf(app, clock);
	releasers.add(() => drain.close());
	releasers.add(() => exporter.stop());
	const { server } = app;
	const sockets = new SocketIoOutput({ ...shared, server, maxRooms: config.maxRoomsPerSocket });
	readerCounts = () => sockets.readerCounts;
	releasers.add(() => sockets.close());
	const requireRoom = (liveId: string) => live.requireReadable(liveId);
	const websockets = createWebsocketOutput({ ...shared, server, requireRoom });
	releasers.add(() => websockets.close());
	const compat = await serveCompat(config, { ...shared, metrics }, releasers);
	// Readers receive the reason before their connections close.
	releasers.add(() => hub.close());

	const port = listens ? await listen(app, config) : 0;
	if (!listens) await app.ready();
	const stopping = () => {
		phase = readyTexts.stopping;
	};
	releasers.add(stopping);
	const ready = () => {
		phase = undefined;
	};
	return { port, compat, hub, inject: injectInto(app), ready, stopping };
}

/** Loaded with the first request, because most services never receive one. */
function mcpOf({ mcp }: Config): McpEndpoint | undefined {
	if (mcp === "off") return undefined;
	return async (request, message, asker) => {
		const { answerHttp } = await import("../mcp/index.ts");
		return answerHttp(request, message, { ...asker, control: mcp === "control" });
	};
}

function injectInto(app: App): Inject {
	return async ({ method, path, body, headers = {}, from = "127.0.0.1" }) => {
		const sent = { method, url: path, headers, remoteAddress: from, ...(body && { payload: body }) };
		const { statusCode, payload } = await app.inject(sent);
		return { status: statusCode, body: payload };
	};
}

async function listen(app: App, { host, port }: Config): Promise<number> {
	try {
		// Fastify hands what this returns to the logger as it is.
		const listenTextResolver = (address: string) => ({ event: "listening", address }) as never;
		await app.listen({ host, port, listenTextResolver });
	} catch (cause) {
		throw listenError(cause, { host, port });
	}
	const address = app.server.address();
	return typeof address === "object" && address !== null ? address.port : port;
}

/**
 * Closes the server: requests in flight may finish within a limit. The server itself does not track upgraded
 * connections, nor those that have not sent anything, of which browsers open some ahead of need.
 */
function drainOf(app: App, clock: Clock): { close(): Promise<void> } {
	const open = new Set<Socket>();
	let over = false;
	app.server.on("connection", (socket) => {
		if (over) socket.destroy();
		open.add(socket);
		socket.once("close", () => open.delete(socket));
	});
	return {
		async close() {
			for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
			const timer = clock.after(drainMs, () => {
				over = true;
				for (const socket of open) socket.destroy();
			});
			try {
				await app.close();
			} finally {
				timer.cancel();
			}
		},
	};
}

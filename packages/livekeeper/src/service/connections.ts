import type { Logger } from "@livekeeper/base/log";
import { type Clock, createUpstream, type Drift, probe, systemClock, type UpstreamOptions } from "@livekeeper/douyin";
import {
	type ConnectionManagerOptions,
	exitNameOf,
	type IdentityResolver,
	PersistentConnectionManager,
	type RoomIdentity,
	type RoomReaders,
	type StoredCooldowns,
	type UpstreamFactory,
} from "@livekeeper/engine";
import type { Config } from "../config.ts";
import { type Examination, natsStep, upstreamStep, wayTo } from "../live/index.ts";
import type { DriftBook, SiteFiles } from "../site/index.ts";
import type { Demo } from "./demo.ts";
import type { VisitorMemories } from "./kept-visitors.ts";
import type { StrategyFactory } from "./strategy.ts";

const hourMs = 3_600_000;
/** Look-ups per minute if they are unlimited. */
const unlimited = 100_000;

/** Way to the upstream. Default: over the network, with random numbers of the machine. */
export type UpstreamAccess = Pick<UpstreamOptions, "exchange" | "transport" | "random">;

interface ConnectionDeps {
	identityOf: IdentityResolver;
	clock: Clock;
	logger: Logger;
	readers: RoomReaders;
	/** Default: over the network. */
	upstreamFactory?: UpstreamFactory;
	access?: UpstreamAccess | undefined;
	/** Decides when rooms reconnect. */
	strategy: StrategyFactory;
	/** Rooms start once this has resolved. */
	begin: Promise<void>;
	/** Cooldowns of identities from before a restart, and their storage. Default: in memory. */
	cooldowns?: { known: StoredCooldowns; keep: (cooldowns: StoredCooldowns) => void };
	/** Knowledge about look-ups from before a restart, and its storage. Default: in memory. */
	watching?: ConnectionManagerOptions["watching"];
	/** Site profile and signer. Default: the built-in ones. */
	site?: SiteFiles | undefined;
	/** Counts what the site sends that is not known. */
	drift?: DriftBook | undefined;
	/** Visitor cookies from before a restart, and their storage. Default: in memory. */
	visitors?: VisitorMemories;
}

/** Creates the manager of the rooms' connections, not started yet. */
export function createManager(
	config: Config,
	demo: Demo | undefined,
	deps: ConnectionDeps,
): PersistentConnectionManager {
	const { clock, logger, readers, access } = deps;
	const { maxRooms, healthCheckMs, heartbeatMs, health, silenceMs } = config;
	const onHomePage = (exit: string) => manager.watching.homePageAsked(exit);
	const { visitors, site, drift } = deps;
	const optionsOf = upstreamOptions(config, demo, clock, { visitors, onHomePage, site, drift, access });
	const manager: PersistentConnectionManager = new PersistentConnectionManager({
		upstreamFor: deps.upstreamFactory ?? ((identity) => createUpstream(optionsOf(identity))),
		identityOf: deps.identityOf,
		logins: { warnMs: config.identityWarnHours * hourMs, checkMs: config.identityCheckHours * hourMs },
		cooldowns: config.identityRests ? (deps.cooldowns ?? {}) : "never",
		// The demo has no limits.
		watching: {
			...deps.watching,
			...(site && !demo && { profile: () => site.profile }),
			lookupsPerMinute: demo ? unlimited : config.lookupsPerMinute,
		},
		clock,
		random: access?.random,
		logger,
		handshakes: { startsPerSecond: config.startsPerSecond },
		limits: {
			total: config.maxConnections,
			perIdentity: config.maxConnectionsPerIdentity,
			perLogin: config.maxConnectionsPerLogin,
			perProxy: config.maxConnectionsPerProxy,
		},
		readers,
		shared: demo ? {} : { cookie: config.cookie, proxy: config.proxy },
		maxRooms,
		healthCheckMs,
		pollingFallback: config.pollingFallback,
		strategy: deps.strategy,
		begin: deps.begin,
		rooms: {
			...{ health, silenceMs, heartbeatMs, quietMs: Math.min(20_000, silenceMs) },
			...(demo && { blockedDelayMs: demo.blockedDelayMs }),
		},
	});
	return manager;
}

/** Parts of the service that an upstream is connected to. */
interface UpstreamPorts {
	/** Counts requests of the site's home page, by exit. */
	onHomePage?: ((exit: string) => void) | undefined;
	/** Site profile and signer. Default: the built-in ones. */
	site?: SiteFiles | undefined;
	/** Counts what the site sends that is not known. */
	drift?: DriftBook | undefined;
	/** Default: over the network. */
	access?: UpstreamAccess | undefined;
}

/** Creates the upstream for requests without a room, with the service's own cookie and proxy. */
export function createOwnUpstream(config: Config, demo: Demo | undefined, clock: Clock, ports: UpstreamPorts = {}) {
	return createUpstream(upstreamOptions(config, demo, clock, ports)({}));
}

/** Returns a function that probes the way to a room with an identity, as its rooms use it. */
export function createProbe(config: Config, demo: Demo | undefined, clock: Clock, ports: UpstreamPorts = {}) {
	const optionsOf = upstreamOptions(config, demo, clock, ports);
	return (identity: RoomIdentity, liveId: string, signal: AbortSignal) => probe(liveId, optionsOf(identity), signal);
}

/**
 * Returns the upstream's options. A room's own cookie and proxy come before the service's. The user's are never sent to
 * the demo.
 */
function upstreamOptions(
	config: Config,
	demo: Demo | undefined,
	clock: Clock,
	{ visitors, onHomePage, site, drift, access }: UpstreamPorts & { visitors?: VisitorMemories | undefined },
) {
	return (room: RoomIdentity): UpstreamOptions => {
		const cookie = room.cookie ?? demo?.cookie ?? config.cookie;
		const proxy = room.proxy ?? (demo ? undefined : config.proxy);
		const exit = exitNameOf(proxy ?? "direct");
		return {
			baseUrl: demo?.url ?? config.upstreamUrl,
			allowedHosts: config.allowedHosts,
			cookie,
			loginExpiresAt: room.loginExpiresAt,
			proxy,
			// Accounts that share one visitor cookie would show that they belong together.
			visitor: cookie === undefined && !demo ? visitors?.(proxy) : undefined,
			onHomePage: () => onHomePage?.(proxy ?? "direct"),
			...(site && !demo && { profile: () => site.profile }),
			...(drift && { onDrift: (one: Drift) => drift.saw(one, exit) }),
			...(site && !demo && config.signer !== undefined && { signer: site.newSigner() }),
			userAgent: config.userAgent,
			heartbeatMs: config.heartbeatMs,
			handshakeTimeoutMs: config.handshakeTimeoutMs,
			requestTimeoutMs: config.requestTimeoutMs,
			clock,
			...access,
		};
	};
}

export type { Examination } from "../live/index.ts";

/** Examines the way from this program to a room, with the configured cookie and proxy, without asking a service. */
export async function* examineFromHere(config: Config, liveId: string | undefined, signal: AbortSignal): Examination {
	const { upstreamUrl, cookie, proxy, cluster } = config;
	if (cluster.length > 0) yield natsStep();
	yield upstreamStep({ url: upstreamUrl, cookie: cookie !== undefined, proxy: proxy !== undefined });
	if (liveId === undefined) return { liveId, ok: undefined };
	return yield* wayTo(liveId, createProbe(config, undefined, systemClock)({}, liveId, signal), () => systemClock.now());
}

import { type Clock, createUpstream } from "@livekeeper/douyin";
import type { Config } from "../config.ts";
import { ConnectionSlots, PersistentConnectionManager, type UpstreamFactory } from "../connections/index.ts";
import type { Logger } from "../log.ts";
import type { Demo } from "./demo.ts";

interface ConnectionDeps {
	clock: Clock;
	logger: Logger;
	/** Default: over the network. */
	upstreamFactory?: UpstreamFactory;
}

/** Keeps the rooms' connections; it is not started yet. */
export function createManager(
	config: Config,
	demo: Demo | undefined,
	deps: ConnectionDeps,
): PersistentConnectionManager {
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

import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { Config } from "../config.ts";
import type { LiveService, RoomFinder } from "../live/index.ts";
import type { Metrics } from "../metrics/index.ts";
import {
	type AmongNodes,
	barrageGrab,
	douyinLive,
	ListenerPlaces,
	type Protocol,
	serveListeners,
	VisitedRooms,
} from "../outputs/compat/index.ts";
import type { ReaderHub, UpgradeAccess } from "../outputs/readers/index.ts";
import { listenError } from "./listen-error.ts";
import type { Releasers } from "./releasers.ts";

interface CompatParts {
	live: LiveService;
	finder: RoomFinder;
	log: Pick<EventLog, "notes">;
	hub: ReaderHub;
	access: UpgradeAccess;
	metrics: Metrics;
	cluster?: AmongNodes | undefined;
	clock: Clock;
	logger: Logger;
}

/** Ports of the servers for programs that were written for other servers; `undefined` if one is off. */
export interface CompatPorts {
	douyinLive: number | undefined;
	barrageGrab: number | undefined;
}

/**
 * Starts the configured servers for programs that were written for other servers.
 * @throws {LivekeeperError} `port_in_use` or `cannot_listen`
 */
export async function serveCompat(config: Config, parts: CompatParts, releasers: Releasers): Promise<CompatPorts> {
	// Also if none is served any more: rooms that readers have started must not stay for ever.
	const rooms = new VisitedRooms(parts);
	releasers.add(() => rooms.close());
	const places = new ListenerPlaces(parts.clock, parts.cluster?.node);
	const isServed = config.douyinlivePort !== undefined || config.barragegrabPort !== undefined;
	await places.load(parts.log.notes, parts.logger, isServed);
	releasers.add(() => places.save(parts.log.notes, parts.logger));
	const deps = { ...parts, rooms, places };
	const serve = async (port: number | undefined, protocol: Protocol) => {
		if (port === undefined) return undefined;
		const address = { host: config.compatHost, port };
		const server = await serveListeners(protocol, address, deps).catch((cause: unknown) => {
			throw listenError(cause, address);
		});
		releasers.add(() => server.close());
		parts.logger.info({
			event: "listeners_served",
			what: protocol.name,
			address: `ws://${address.host}:${server.port}`,
		});
		return server.port;
	};
	return {
		douyinLive: await serve(config.douyinlivePort, douyinLive(deps)),
		barrageGrab: await serve(config.barragegrabPort, barrageGrab(deps)),
	};
}

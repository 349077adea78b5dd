import { wallTime } from "@livekeeper/douyin";
import { findingText, type Text } from "../text/index.ts";
import type { Room } from "./room.ts";
import type { RoomStatus } from "./room-status.ts";

/** What others see of a room, computed from its state. */
export function statusOf(room: Room): RoomStatus {
	const { machine, connection, broadcast, trouble, route, counts } = room;
	const shown = (at: number | undefined) => (at === undefined ? undefined : wallTime(room.deps.clock, at));
	const connected = machine.state === "connected";
	const connections = room.connections.status();
	const compared = connections.length > 0 ? room.comparison.all(room.elapsed()) : undefined;
	const duplicates = counts.duplicates + room.sequencer.duplicates;
	return {
		liveId: room.liveId,
		state: machine.state,
		evidence: connected ? evidenceOf(room) : [],
		quietKinds: connected ? room.quietKinds : [],
		quality: room.quality.quality(),
		latency: connection.roundTrips.latency,
		reason: connected && trouble ? { code: "storage", message: trouble.message } : machine.reason,
		since: machine.since,
		identity: route.identity,
		...counts,
		messages: counts.messages + duplicates,
		duplicates,
		reconnects: { ...counts.reconnects },
		...known({
			health: connected ? (trouble && room.health !== "silent" ? "degraded" : room.health) : undefined,
			unstoredSince: trouble?.since,
			nextAttemptAt: shown(machine.nextAttemptAt),
			lastMessageAt: shown(connection.lastMessageAt),
			lastSignAt: shown(connection.lastSignAt),
			connectedAt: connected ? room.connectedAt : undefined,
			roomId: room.roomId || undefined,
			title: broadcast.title,
			anchor: broadcast.anchor,
			host: connected ? room.connections.host : undefined,
			connections: connections.length > 0 ? connections : undefined,
			compared: compared && { ...compared, since: wallTime(room.deps.clock, compared.since) },
			polling: (connected && room.connections.polling) || undefined,
			loginExpiresAt: route.login?.expiresAt,
		}),
	};
}

function evidenceOf(room: Room): Text[] {
	const evidence = room.connection.evidence(room.elapsed(), room.route.identity).map(findingText);
	return room.trouble ? [room.trouble.message, ...evidence] : evidence;
}

/** Without what is not known. */
function known<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}

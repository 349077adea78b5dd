import type { ReconnectStatus, Room } from "@livekeeper/client";

/** Reconnects of all rooms for one reason. */
export interface ReasonCount {
	reason: string;
	count: number;
	/** The rooms with the most reconnects for this reason, at most three, the highest count first. */
	rooms: Room[];
}

/** Counts the reasons for reconnects, the most frequent first. */
export function countReasons(rooms: Iterable<Room>): ReasonCount[] {
	const byReason = new Map<string, { room: Room; count: number }[]>();
	for (const room of rooms) {
		for (const [reason, count] of Object.entries(room.reconnects)) {
			if (count === 0) continue;
			const entries = byReason.get(reason) ?? [];
			byReason.set(reason, entries);
			entries.push({ room, count });
		}
	}
	return [...byReason]
		.map(([reason, entries]) => ({
			reason,
			count: entries.reduce((sum, { count }) => sum + count, 0),
			rooms: entries
				.sort((a, b) => b.count - a.count)
				.slice(0, 3)
				.map(({ room }) => room),
		}))
		.sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
}

/** A push host: its known health, and the number of rooms connected to it. */
export interface HostUse {
	host: string;
	rooms: number;
	/** 0 to 1; `undefined` if there are no statistics. */
	successRate: number | undefined;
	/** Avoided because it failed repeatedly. */
	open: boolean;
}

/** Lists every push host that is in use or known, the busiest first. */
export function hostsInUse(rooms: Iterable<Room>, known: ReconnectStatus["hosts"]): HostUse[] {
	const hosts = new Map<string, HostUse>();
	for (const { host, success_rate: successRate, open } of known) hosts.set(host, { host, rooms: 0, successRate, open });
	for (const room of rooms) {
		if (room.state !== "connected") continue;
		const used = room.connections?.map(({ state, host }) => (state === "connected" ? host : null)) ?? [room.host];
		for (const host of used) {
			if (host === null) continue;
			const entry = hosts.get(host) ?? { host, rooms: 0, successRate: undefined, open: false };
			entry.rooms++;
			hosts.set(host, entry);
		}
	}
	return [...hosts.values()].sort((a, b) => b.rooms - a.rooms || a.host.localeCompare(b.host));
}

/**
 * Parses a limit as typed by a user: a whole number from 1 to 100000, `null` for no limit, `undefined` for invalid
 * input.
 */
export function readLimit(text: string): number | null | undefined {
	const trimmed = text.trim();
	if (trimmed === "") return null;
	if (!/^\d{1,6}$/.test(trimmed)) return undefined;
	const limit = Number(trimmed);
	return limit >= 1 && limit <= 100_000 ? limit : undefined;
}

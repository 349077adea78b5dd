import type { Broadcast, Room, Today } from "@livekeeper/client";
import { asOfNow } from "../room/running.ts";

/** One of today's broadcasts. */
export interface TodayRow {
	liveId: string;
	broadcast: Broadcast;
}

/** A room that is not live, with its usual start. */
export interface NextRoom {
	liveId: string;
	usual: NonNullable<Today["rooms"][number]["usual_start"]>;
}

export interface TodaySums {
	diamonds: number;
	/** Worth of gifts that are known to be missing; never part of the total. */
	missing: number;
	chats: number;
	likes: number;
	/** Total time on air of all rooms, ms. */
	onAirMs: number;
	/** Number of rooms that were live at some time. */
	rooms: number;
	gapMs: number;
}

/** Returns the day's broadcasts in their current state, running ones first, then the newest. */
export function rowsOf({ rooms }: Pick<Today, "rooms">, kept: ReadonlyMap<string, Room>, now: number): TodayRow[] {
	const rows = rooms.flatMap(({ live_id: liveId, broadcasts }) =>
		asOfNow(broadcasts, kept.get(liveId), now).map((broadcast) => ({ liveId, broadcast })),
	);
	const over = ({ broadcast }: TodayRow) => Number(broadcast.ended_at !== null);
	return rows.sort((a, b) => over(a) - over(b) || b.broadcast.started_at - a.broadcast.started_at);
}

export function sumsOf(rows: readonly TodayRow[]): TodaySums {
	const sum = (of: (broadcast: Broadcast) => number) => rows.reduce((all, { broadcast }) => all + of(broadcast), 0);
	return {
		diamonds: sum(({ diamonds }) => diamonds),
		missing: sum(({ gift_coverage: coverage }) => coverage.missing_in_all),
		chats: sum(({ messages }) => messages["chat"] ?? 0),
		likes: sum(({ likes }) => likes),
		onAirMs: sum(({ duration_ms: duration }) => duration),
		rooms: new Set(rows.map(({ liveId }) => liveId)).size,
		gapMs: sum(({ gap_ms: gap }) => gap),
	};
}

/** Returns broadcasts with a gap, a lost end or missing gifts, those with the most missing gifts first. */
export function missedOf(rows: readonly TodayRow[]): TodayRow[] {
	const missing = ({ broadcast }: TodayRow) => broadcast.gift_coverage.missing_in_all;
	return rows
		.filter((row) => row.broadcast.gap_ms > 0 || row.broadcast.lost_since !== null || missing(row) > 0)
		.sort((a, b) => missing(b) - missing(a) || b.broadcast.gap_ms - a.broadcast.gap_ms);
}

/** Returns rooms that are not live in order of their usual start; rooms without a habit are left out. */
export function nextOf({ rooms }: Pick<Today, "rooms">, isLive: (liveId: string) => boolean): NextRoom[] {
	return rooms
		.flatMap(({ live_id: liveId, usual_start: usual }) => (usual && !isLive(liveId) ? { liveId, usual } : []))
		.sort((a, b) => a.usual.at - b.usual.at);
}

/** Counts the midnights between two times, in the viewer's time zone. Days of 23 or 25 hours count as one. */
export function midnightsBetween(from: number, to: number): number {
	const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
	return Math.round((midnight(to) - midnight(from)) / 86_400_000);
}

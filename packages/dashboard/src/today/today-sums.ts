import type { Broadcast, Room, Today } from "@livekeeper/client";
import { asOfNow } from "../room/running.ts";

/** One broadcast of today. */
export interface TodayRow {
	liveId: string;
	broadcast: Broadcast;
}

/** A room that is not live, and when it usually is. */
export interface NextRoom {
	liveId: string;
	usual: NonNullable<Today["rooms"][number]["usual_start"]>;
}

export interface TodaySums {
	diamonds: number;
	/** Worth of gifts that are known to be missing; never part of the sum. */
	missing: number;
	chats: number;
	likes: number;
	/** Time on air of all rooms together, ms. */
	onAirMs: number;
	/** Rooms that were live at some time. */
	rooms: number;
	gapMs: number;
}

/** The day's broadcasts as they are now, those that run first, then the newest. */
export function rowsOf({ rooms }: Pick<Today, "rooms">, kept: ReadonlyMap<string, Room>): TodayRow[] {
	const rows = rooms.flatMap(({ live_id: liveId, broadcasts }) =>
		asOfNow(broadcasts, kept.get(liveId)).map((broadcast) => ({ liveId, broadcast })),
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

/** Broadcasts that were not received whole: those with a gap, or with gifts that did not come; those that missed most gifts first. */
export function missedOf(rows: readonly TodayRow[]): TodayRow[] {
	const missing = ({ broadcast }: TodayRow) => broadcast.gift_coverage.missing_in_all;
	return rows
		.filter((row) => row.broadcast.gap_ms > 0 || missing(row) > 0)
		.sort((a, b) => missing(b) - missing(a) || b.broadcast.gap_ms - a.broadcast.gap_ms);
}

/** Rooms that are not live, by when they usually are, the next first; those without a habit are left out. */
export function nextOf({ rooms }: Pick<Today, "rooms">, isLive: (liveId: string) => boolean): NextRoom[] {
	return rooms
		.flatMap(({ live_id: liveId, usual_start: usual }) => (usual && !isLive(liveId) ? { liveId, usual } : []))
		.sort((a, b) => a.usual.at - b.usual.at);
}

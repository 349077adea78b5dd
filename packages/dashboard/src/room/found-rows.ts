import type { RoomEvent } from "@livekeeper/client";
import { type FeedRow, feedRow } from "./feed-row.ts";

/** A line of the search results, with its room. */
export interface FoundRow {
	liveId: string;
	row: FeedRow;
}

/** Lines of one day, or of the current broadcast. */
export interface FoundGroup {
	/** Start of the day, ms since the epoch; `undefined` for the current broadcast. */
	day: number | undefined;
	rows: FoundRow[];
}

/** Totals of a user's messages and gifts among the results. */
export interface FoundSums {
	said: number;
	diamonds: number;
}

/**
 * Groups events, newest first, into lines; the steps of a gift's streak share one.
 * @param broadcast `room_id` of the current broadcast, or empty
 */
export function foundGroups(
	events: readonly RoomEvent[],
	broadcast: string,
	passes: (row: FeedRow) => boolean,
): FoundGroup[] {
	const groups: FoundGroup[] = [];
	const streaks = new Map<string, FeedRow>();
	for (const event of events) {
		const row = feedRow(event);
		if (!row || !passes(row)) continue;
		const key = row.streakId && `${event.live_id} ${row.streakId}`;
		const streak = key && streaks.get(key);
		if (streak) {
			streak.diamonds += row.diamonds;
			continue;
		}
		if (key) streaks.set(key, row);
		const day = broadcast !== "" && event.room_id === broadcast ? undefined : new Date(event.at).setHours(0, 0, 0, 0);
		const found = { liveId: event.live_id, row };
		const last = groups.at(-1);
		if (last && last.day === day) last.rows.push(found);
		else groups.push({ day, rows: [found] });
	}
	return groups;
}

export function foundSums(events: readonly RoomEvent[]): FoundSums {
	const sums = { said: 0, diamonds: 0 };
	for (const event of events) {
		if (event.type === "chat" || event.type === "emoji_chat" || event.type === "screen_chat") sums.said++;
		if (event.type === "gift") sums.diamonds += event.diamonds;
	}
	return sums;
}

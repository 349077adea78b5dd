import type { RoomEvent } from "@livekeeper/client";
import { type FeedRow, feedRow } from "./feed-row.ts";

/** A line of what was found, with the room that it is of. */
export interface FoundRow {
	liveId: string;
	row: FeedRow;
}

/** Lines of one day, or of the broadcast that goes on. */
export interface FoundGroup {
	/** The day, at its first moment, ms since the epoch; `undefined`: the broadcast. */
	day: number | undefined;
	rows: FoundRow[];
}

/** What somebody said and gave, as far as it was found. */
export interface FoundSums {
	said: number;
	diamonds: number;
}

/**
 * Lines of events that come newest first; the steps of a gift's streak are one.
 * @param broadcast the one that goes on, or ""
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

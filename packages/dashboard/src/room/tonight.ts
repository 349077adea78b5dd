import type { Broadcast, Room } from "@livekeeper/client";

/** The first numbers that people want of a broadcast. `null`: unknown, or over. */
export interface Tonight {
	diamonds: number;
	/** Worth of the gifts that were given but not received; never part of the total. */
	missing: number;
	viewers: number | null;
	peak: number;
	rate: number | null;
	likes: number;
	people: number;
}

/**
 * Returns the numbers of a broadcast, with live numbers of the room if it is running.
 * @param broadcast its current state (`asOfNow`)
 * @param room `undefined` if the service does not keep it
 */
export function tonightOf(broadcast: Broadcast | undefined, room: Room | undefined): Tonight | undefined {
	if (!broadcast) return undefined;
	const { diamonds, gift_coverage: coverage, peak_viewers: peak, likes, users: people } = broadcast;
	const totals = { diamonds, missing: coverage.missing_in_all, viewers: null, peak, rate: null, likes, people };
	if (!room || broadcast.ended_at !== null || room.room_id !== broadcast.room_id) return totals;
	return { ...totals, viewers: room.viewers, rate: room.messages_last_minute };
}

/**
 * Returns the time up to which the gift coverage is known, ms since the epoch: later gifts wait for the site's next
 * total, so the coverage counts fewer gifts than were received. `undefined` if it counts none or all.
 */
export function judgedTo({ share, source, to }: Broadcast["gift_coverage"]): number | undefined {
	return share === null || source === "official" ? undefined : (to ?? undefined);
}

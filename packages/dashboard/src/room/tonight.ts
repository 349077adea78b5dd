import type { Broadcast, Room } from "@livekeeper/client";

/** What people ask of a broadcast first. `null`: not known, or over. */
export interface Tonight {
	diamonds: number;
	/** Worth of the gifts that were given and did not come; never part of the sum. */
	missing: number;
	viewers: number | null;
	peak: number;
	rate: number | null;
	likes: number;
	people: number;
}

/**
 * The numbers of a broadcast: of one that runs as the room tells them now, where that is newer than its summary.
 * @param room `undefined`: it is not kept
 */
export function tonightOf(broadcast: Broadcast | undefined, room: Room | undefined): Tonight | undefined {
	if (!broadcast) return undefined;
	const { diamonds, gift_coverage: coverage, peak_viewers: peak, likes, users: people } = broadcast;
	const told = { diamonds, missing: missingOf(coverage), viewers: null, peak, rate: null, likes, people };
	if (!room || broadcast.ended_at !== null || room.room_id !== broadcast.room_id) return told;
	return {
		...told,
		diamonds: Math.max(diamonds, room.diamonds),
		missing: missingOf(room.gift_coverage),
		viewers: room.viewers,
		peak: Math.max(peak, room.viewers ?? 0),
		rate: room.messages_last_minute,
	};
}

export function missingOf({ verdict, diamonds_missing: missing }: Broadcast["gift_coverage"]): number {
	return verdict === "all" ? 0 : (missing ?? 0);
}

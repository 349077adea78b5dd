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
 * The numbers of a broadcast, and of one that runs also what the room alone tells.
 * @param broadcast as it is now (`asOfNow`). @param room `undefined`: it is not kept
 */
export function tonightOf(broadcast: Broadcast | undefined, room: Room | undefined): Tonight | undefined {
	if (!broadcast) return undefined;
	const { diamonds, gift_coverage: coverage, peak_viewers: peak, likes, users: people } = broadcast;
	const told = { diamonds, missing: coverage.missing_in_all, viewers: null, peak, rate: null, likes, people };
	if (!room || broadcast.ended_at !== null || room.room_id !== broadcast.room_id) return told;
	return { ...told, viewers: room.viewers, rate: room.messages_last_minute };
}

/**
 * Until when it is known whether gifts came, ms since the epoch: what came later waits for the site's next total. So what
 * the coverage counts is less than what was received until now. `undefined`: it counts nothing, or all.
 */
export function judgedTo({ share, source, to }: Broadcast["gift_coverage"]): number | undefined {
	return share === null || source === "official" ? undefined : (to ?? undefined);
}

import type { RoomEvent } from "@livekeeper/client";

type Gift = Extract<RoomEvent, { type: "gift" }>;

/** Maximum number of remembered streaks that the open platform also pushes; the oldest goes first. */
const mostStreaks = 200;

/**
 * Tells what of a gift's streak is of the account. Where the open platform begins or ends to push within a streak, its
 * `count` holds what the account has from elsewhere.
 */
export class StreakShares {
	/** Gifts of each streak that are not of the account. */
	readonly #evidence = new Map<string, number>();

	/** @returns of the gifts of the streak so far, those of the account; for one that is evidence, those that are not */
	take({ streak_id: streakId, count, evidence }: Gift): number {
		const before = this.#evidence.get(streakId) ?? 0;
		if (!evidence) return Math.max(1, count - before);
		const uncounted = before + evidence.delta;
		this.#evidence.set(streakId, uncounted);
		const [oldest] = this.#evidence.keys();
		if (this.#evidence.size > mostStreaks && oldest !== undefined) this.#evidence.delete(oldest);
		return uncounted || count;
	}
}

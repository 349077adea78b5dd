import type { RoomEvent } from "@livekeeper/client";

type Gift = Extract<RoomEvent, { type: "gift" }>;

/** Maximum number of remembered streaks that the open platform also pushes; the oldest is evicted first. */
const maxStreaks = 200;

/**
 * Separates a streak's gifts seen by the account from those that only the open platform pushed. If the open platform
 * starts or stops pushing within a streak, `count` of its events includes gifts that the account has from elsewhere.
 */
export class StreakShares {
	/** Number of gifts per streak that did not come through the account. */
	readonly #evidence = new Map<string, number>();

	/**
	 * @returns number of the streak's gifts so far that came through the account; for evidence, number of those that did
	 * not
	 */
	take({ streak_id: streakId, count, evidence }: Gift): number {
		const before = this.#evidence.get(streakId) ?? 0;
		if (!evidence) return Math.max(1, count - before);
		const uncounted = before + evidence.delta;
		this.#evidence.set(streakId, uncounted);
		const [oldest] = this.#evidence.keys();
		if (this.#evidence.size > maxStreaks && oldest !== undefined) this.#evidence.delete(oldest);
		return uncounted || count;
	}
}

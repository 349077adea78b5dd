import {
	type GiftStep,
	GiftStreaks,
	type GiftTally,
	type GiftTracker,
	type KnownStreak,
	MessageTallies,
	type UpstreamEvent,
} from "@livekeeper/douyin";

/** A streak that is older than so many others brings no more steps. */
const mostStreaks = 5_000;

/**
 * Counts the gifts of a room over several legs. All of them decode with this one tracker, so that a streak has one name
 * and one count. But what a leg has decoded is not always put out, nor in that order: so what a step adds is told only
 * when it is put out, against what was told before.
 */
export class MergedGifts implements GiftTracker {
	readonly #tallies: MessageTallies;
	/** How many of each streak were told, in the order of their last steps. */
	readonly #told = new Map<string, number>();

	constructor(known: readonly KnownStreak[] = []) {
		const streaks = new GiftStreaks();
		streaks.restore(known);
		this.#tallies = new MessageTallies(streaks);
		for (const { streakId, count } of known) this.#told.set(streakId, Math.max(count, this.#told.get(streakId) ?? 0));
	}

	observe(step: GiftStep): GiftTally {
		return this.#tallies.observe(step);
	}

	/** These are put out now. */
	tell(events: readonly UpstreamEvent[]): void {
		for (const event of events) {
			if (event.type !== "gift") continue;
			const { streakId, count } = event;
			const told = this.#told.get(streakId) ?? 0;
			event.delta = Math.max(0, count - told);
			event.diamonds = event.delta * event.diamondCount;
			this.#told.delete(streakId);
			this.#told.set(streakId, Math.max(told, count));
			if (this.#told.size > mostStreaks) this.#told.delete(this.#told.keys().next().value ?? "");
		}
	}
}

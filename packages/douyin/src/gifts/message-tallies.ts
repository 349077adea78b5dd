import type { GiftStep, GiftStreaks, GiftTally } from "./gift-streaks.ts";

/** What decoding needs of who counts gifts. */
export type GiftTracker = Pick<GiftStreaks, "observe">;

/** Longer ago a message isn't brought a second time by another session. */
const mostRemembered = 2_000;

/**
 * Counts gifts for several sessions of one room. Each of them decodes the same message, and only one of the copies is
 * passed on, whichever: so they all carry what the first one counted. Of messages without an id every copy counts.
 */
export class MessageTallies implements GiftTracker {
	readonly #streaks: GiftTracker;
	/** In the order of their arrival. */
	readonly #told = new Map<string, GiftTally>();

	constructor(streaks: GiftTracker) {
		this.#streaks = streaks;
	}

	observe(step: GiftStep): GiftTally {
		const { messageId } = step;
		const told = this.#told.get(messageId);
		if (told) return told;
		const tally = this.#streaks.observe(step);
		if (messageId === "" || messageId === "0") return tally;
		this.#told.set(messageId, tally);
		if (this.#told.size > mostRemembered) {
			for (const oldest of this.#told.keys()) {
				this.#told.delete(oldest);
				break;
			}
		}
		return tally;
	}
}

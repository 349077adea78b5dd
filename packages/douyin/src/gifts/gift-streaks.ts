import { createHash } from "node:crypto";

/** One gift message, as far as counting needs it. */
export interface GiftStep {
	roomId: string;
	messageId: string;
	/** What tells the giver from others: masked people share ids, so not the id alone. */
	giver: string;
	/** The same for the receiver; "" for the anchor. */
	receiver: string;
	giftId: string;
	/** "0" where the upstream gave none. */
	groupId: string;
	/** Whether the gift comes in streaks. */
	combo: boolean;
	/** How many of the streak so far, this one included. Cumulative; may skip numbers. */
	repeatCount: number;
	/** The size of a pack sent at once; 0 counts as 1. */
	groupCount: number;
	/** The upstream says that the streak is over. */
	repeatEnd: boolean;
	/** Value of one gift. */
	diamondCount: number;
	/** When the step arrived, ms. */
	now: number;
}

export interface GiftTally {
	/** How many so far. */
	count: number;
	/** How many of them no earlier step has told. */
	delta: number;
	streakId: string;
	final: boolean;
	/** The value of `delta`. */
	diamonds: number;
}

/** A streak as the last of its events told of it. */
export interface KnownStreak {
	streakId: string;
	/** How many so far. */
	count: number;
	final: boolean;
	/** When its last step arrived, ms. */
	at: number;
}

export interface GiftStreaksOptions {
	/** How many streaks are remembered; past it the one whose last step is oldest is forgotten. */
	maxStreaks?: number;
	/** How long a streak is remembered after its last step, ms. */
	rememberMs?: number;
	/** The same for a streak without a group, once it is over. */
	rememberUngroupedMs?: number;
}

const defaults = {
	maxStreaks: 5_000,
	rememberMs: 600_000,
	rememberUngroupedMs: 10_000,
} satisfies Required<GiftStreaksOptions>;

interface Streak {
	id: string;
	count: number;
	final: boolean;
	lastStepAt: number;
}

/**
 * Makes gift steps add up. The upstream repeats a streak's growing count, skips numbers, sends steps late, and after a
 * reconnect again; this remembers the highest count of each streak and tells what is new.
 *
 * A streak is known by room, giver, receiver, gift and group. Keep one tracker for as long as the room is kept, across
 * reconnects: a new one knows nothing, and would count the whole of a streak that is under way.
 *
 * Memory is bounded, so streaks are forgotten, and a step of a forgotten streak would count from the start again.
 * Streaks last seconds and a late step is late by seconds, while a streak is kept for ten minutes after its last step,
 * and with 5,000 of them the one that goes first is the one that has been still for longest. Where the upstream gives
 * no group, the same person's next streak of the same gift has the same key: there a finished streak is kept for ten
 * seconds only, since remembering it for longer would swallow the next one.
 */
export class GiftStreaks {
	readonly #options: Required<GiftStreaksOptions>;
	/** In the order of their last steps, so that the first is the next to be forgotten. */
	readonly #streaks = new Map<string, Streak>();

	constructor(options: GiftStreaksOptions = {}) {
		this.#options = { ...defaults, ...options };
	}

	/** How many streaks are remembered. */
	get size(): number {
		return this.#streaks.size;
	}

	/**
	 * Goes on from what was told of streaks before, in whatever order; each may be told of more than once. Without this a
	 * new tracker counts the whole of a streak that is under way.
	 */
	restore(known: Iterable<KnownStreak>): void {
		for (const { streakId, count, final, at } of [...known].sort((a, b) => a.at - b.at)) {
			const key = keyOfStreak(streakId);
			const streak = this.#streaks.get(key);
			// Under the key of an ungrouped streak the next one may have begun: it is known by its own id.
			const before = streak?.id === streakId ? streak : undefined;
			this.#streaks.delete(key);
			this.#streaks.set(key, {
				id: streakId,
				count: Math.max(count, before?.count ?? 0),
				final: final || before?.final === true,
				lastStepAt: at,
			});
			if (this.#streaks.size > this.#options.maxStreaks) this.#forgetOldest();
		}
	}

	/** Takes a step in, in whatever order steps come, and tells what it adds. */
	observe(step: GiftStep): GiftTally {
		this.#forgetOld(step.now);
		const key = keyOf(step);
		const known = this.#recall(key, step);
		const count = Math.max(1, step.repeatCount) * Math.max(1, step.groupCount);
		const streak = known ?? { id: streakIdOf(key, step), count: 0, final: false, lastStepAt: step.now };
		const delta = Math.max(0, count - streak.count);
		streak.count += delta;
		streak.final ||= step.repeatEnd || !step.combo;
		streak.lastStepAt = step.now;
		this.#streaks.delete(key);
		this.#streaks.set(key, streak);
		if (this.#streaks.size > this.#options.maxStreaks) this.#forgetOldest();
		return {
			count: streak.count,
			delta,
			streakId: streak.id,
			final: streak.final,
			diamonds: delta * step.diamondCount,
		};
	}

	#recall(key: string, step: GiftStep): Streak | undefined {
		const streak = this.#streaks.get(key);
		if (!streak?.final || !step.combo || step.groupId !== "0") return streak;
		return step.now - streak.lastStepAt > this.#options.rememberUngroupedMs ? undefined : streak;
	}

	#forgetOld(now: number): void {
		for (const [key, streak] of this.#streaks) {
			if (now - streak.lastStepAt <= this.#options.rememberMs) return;
			this.#streaks.delete(key);
		}
	}

	#forgetOldest(): void {
		for (const key of this.#streaks.keys()) {
			this.#streaks.delete(key);
			return;
		}
	}
}

/** No real key is longer. What is made up to be longer must not be kept 5,000 times over. */
const MAX_KEY_LENGTH = 400;

function keyOf(step: GiftStep): string {
	const key = longKeyOf(step);
	return key.length <= MAX_KEY_LENGTH ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** A gift that does not come in streaks is a streak of its own, so that the same message twice counts once. */
function longKeyOf(step: GiftStep): string {
	if (!step.combo) return `${step.roomId}:${step.messageId}`;
	return `${step.roomId}:${step.giver}:${step.receiver}:${step.giftId}:${step.groupId}`;
}

/** Without a group the key comes again with the next streak; the first message tells them apart. */
function streakIdOf(key: string, step: GiftStep): string {
	return step.combo && step.groupId === "0" ? `${key}:${step.messageId}` : key;
}

/** At least five parts, the last of them the group "0", and a message: an ungrouped streak, or the hash of one's key. */
const ungroupedId = /^((?:[^:]*:){4,}0|sha256:[0-9a-f]{64}):\d+$/s;

/** The key that the steps of a streak have. */
function keyOfStreak(streakId: string): string {
	return ungroupedId.exec(streakId)?.[1] ?? streakId;
}

import { createHash } from "node:crypto";
import type { GiftEvent, UpstreamEvent } from "../events/live-event.ts";

/** One gift message's view of its streak. */
export interface GiftStep {
	/** Created by {@link streakIdOf}. */
	streakId: string;
	/** Number of gifts so far. */
	count: number;
	/** Whether the upstream says that the streak is over. */
	final: boolean;
	/** Value of one gift. */
	diamondCount: number;
	/** Time of arrival, ms. */
	now: number;
}

export interface GiftTally {
	/** Number of gifts so far. */
	count: number;
	/** Part of `count` that no earlier step has reported. */
	delta: number;
	streakId: string;
	final: boolean;
	/** The value of `delta`. */
	diamonds: number;
}

/** A streak, as of its latest event. */
export interface KnownStreak {
	streakId: string;
	/** Number of gifts so far. */
	count: number;
	final: boolean;
	/** Time of arrival of its last step, ms. */
	at: number;
}

export interface GiftCounterOptions {
	/** Maximum number of remembered streaks; beyond it the one whose last step is oldest is forgotten. Default 5,000. */
	maxStreaks?: number;
	/** Time for which a streak is remembered after its last step, ms; default 600,000. */
	rememberMs?: number;
	/** The same for a streak without a group, once it is over; default 10,000. */
	rememberUngroupedMs?: number;
}

const defaults = {
	maxStreaks: 5_000,
	rememberMs: 600_000,
	rememberUngroupedMs: 10_000,
} satisfies Required<GiftCounterOptions>;

interface Streak {
	id: string;
	count: number;
	final: boolean;
	lastStepAt: number;
}

/**
 * Counts the gifts of streaks exactly once. The upstream repeats a streak's growing count, skips numbers, sends steps
 * late, and again after a reconnect; the counter remembers the highest count of each streak and reports the increment.
 *
 * A streak is identified by room, giver, receiver, gift and group. Keep one counter for as long as the room is kept,
 * across reconnects, and pass it each event once: a new counter knows nothing, and would count the whole of a streak
 * under way.
 *
 * Memory is bounded, so streaks are forgotten, and a step of a forgotten streak would count from the start again.
 * Streaks last seconds and late steps are seconds late, while a streak is kept for ten minutes after its last step;
 * beyond 5,000 streaks the least recently active one is dropped. If the upstream gives no group, the same user's next
 * streak of the same gift has the same key: a finished streak is then kept for ten seconds only, because remembering it
 * for longer would swallow the next one.
 * @example
 * ```ts
 * import { GiftCounter } from "@livekeeper/douyin";
 * const counter = new GiftCounter();
 * const step = { streakId: "a rose of Anna's", diamondCount: 1, final: false, now: Date.now() };
 * console.log(counter.observe({ ...step, count: 3 }).delta); // → 3
 * console.log(counter.observe({ ...step, count: 5 }).delta); // → 2
 * console.log(counter.observe({ ...step, count: 5 }).delta); // → 0
 * ```
 */
export class GiftCounter {
	readonly #options: Required<GiftCounterOptions>;
	/** Streaks in the order of their last steps: the first is the next to be forgotten. */
	readonly #streaks = new Map<string, Streak>();

	constructor(options?: GiftCounterOptions) {
		this.#options = options ? { ...defaults, ...options } : defaults;
	}

	/** Number of remembered streaks. */
	get size(): number {
		return this.#streaks.size;
	}

	/**
	 * Restores streaks from earlier events, in any order; each may occur more than once. Without this a new counter
	 * counts the whole of a streak that is under way.
	 */
	restore(known: Iterable<KnownStreak>): void {
		for (const { streakId, count, final, at } of [...known].sort((a, b) => a.at - b.at)) {
			const key = keyOfStreak(streakId);
			const streak = this.#streaks.get(key);
			// The key of an ungrouped streak may already belong to the next one, which has another id.
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

	/** Counts the gifts among new events: sets `count`, `delta`, `streakId`, `final` and `diamonds`. */
	count(events: readonly UpstreamEvent[]): void {
		for (const event of events) if (event.type === "gift") this.#count(event);
	}

	/** Takes a step, in any order, and returns its increment. */
	observe(step: GiftStep): GiftTally {
		this.#forgetOld(step.now);
		const key = keyOfStreak(step.streakId);
		const streak = this.#recall(key, step) ?? { id: step.streakId, count: 0, final: false, lastStepAt: step.now };
		const delta = Math.max(0, step.count - streak.count);
		streak.count += delta;
		// A step after the end of an ungrouped streak may belong to the next one: it does not keep this one in memory.
		if (!streak.final || key === step.streakId) streak.lastStepAt = step.now;
		streak.final ||= step.final;
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

	#count(event: GiftEvent): void {
		const { streakId, count, final, diamondCount, receivedAt: now } = event;
		Object.assign(event, this.observe({ streakId, count, final, diamondCount, now }));
	}

	#recall(key: string, step: GiftStep): Streak | undefined {
		const streak = this.#streaks.get(key);
		if (!streak?.final || key === step.streakId) return streak;
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

/** Maximum length of a key, characters. No real key is longer, and forged ones must not be kept 5,000 times over. */
const MAX_KEY_LENGTH = 400;

/** Parts that identify a streak. */
export interface StreakParts {
	roomId: string;
	messageId: string;
	/** Id of the giver; "" if the upstream withholds it. */
	giver: string;
	/** Id of the receiver, if that isn't the anchor; otherwise "". */
	receiver: string;
	giftId: string;
	/** "0" if the upstream gives none. */
	groupId: string;
	/** Whether gifts of this kind come in streaks. */
	combo: boolean;
}

/**
 * Returns the id of the streak that a message belongs to. A gift that does not come in streaks is one of its own, so
 * the same message counts once. Without a group the next streak is identified by its first message: the counter
 * replaces the message's own id with that.
 */
export function streakIdOf({ roomId, messageId, giver, receiver, giftId, groupId, combo }: StreakParts): string {
	if (!combo) return short(`${roomId}:${messageId}`);
	const key = short([roomId, giver, receiver, giftId, groupId].map(withoutColon).join(":"));
	return groupId === "0" ? `${key}:${messageId}` : key;
}

const withoutColon = (part: string): string => part.replaceAll(":", "%3A");

function short(key: string): string {
	return key.length <= MAX_KEY_LENGTH ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** Five parts, the last of them the group "0", and a message: an ungrouped streak, or the hash of its key. */
const ungroupedId = /^((?:[^:]*:){4,}0|sha256:[0-9a-f]{64}):\d+$/s;

/** Returns the key shared by a streak's steps: it differs from the id of a streak without a group. */
export function keyOfStreak(streakId: string): string {
	return ungroupedId.exec(streakId)?.[1] ?? streakId;
}

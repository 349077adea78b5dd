import { createHash } from "node:crypto";
import type { GiftEvent, UpstreamEvent } from "../events/live-event.ts";

/** What one gift message says of its streak. */
export interface GiftStep {
	/** Made by {@link streakIdOf}. */
	streakId: string;
	/** How many so far. */
	count: number;
	/** The upstream says that the streak is over. */
	final: boolean;
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

/** A streak, as of its latest event. */
export interface KnownStreak {
	streakId: string;
	/** How many so far. */
	count: number;
	final: boolean;
	/** When its last step arrived, ms. */
	at: number;
}

export interface GiftCounterOptions {
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
} satisfies Required<GiftCounterOptions>;

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
 * A streak is known by room, giver, receiver, gift and group. Keep one counter for as long as the room is kept, across
 * reconnects, and give it each event once: a new one knows nothing, and would count the whole of a streak under way.
 *
 * Memory is bounded, so streaks are forgotten, and a step of a forgotten streak would count from the start again.
 * Streaks last seconds and a late step is late by seconds, while a streak is kept for ten minutes after its last step,
 * and with 5,000 of them the one that goes first is the one that has been still for longest. Where the upstream gives
 * no group, the same person's next streak of the same gift has the same key: there a finished streak is kept for ten
 * seconds only, since remembering it for longer would swallow the next one.
 */
export class GiftCounter {
	readonly #options: Required<GiftCounterOptions>;
	/** Streaks in the order of their last steps: the first is the next to be forgotten. */
	readonly #streaks = new Map<string, Streak>();

	constructor(options?: GiftCounterOptions) {
		this.#options = options ? { ...defaults, ...options } : defaults;
	}

	/** How many streaks are remembered. */
	get size(): number {
		return this.#streaks.size;
	}

	/**
	 * Continues from earlier events of streaks, in any order; each may come more than once. Without this a
	 * new counter counts the whole of a streak that is under way.
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

	/** Counts the gifts among events that are new: sets `count`, `delta`, `streakId`, `final` and `diamonds`. */
	count(events: readonly UpstreamEvent[]): void {
		for (const event of events) if (event.type === "gift") this.#count(event);
	}

	/** Takes a step in, in whatever order steps come, and tells what it adds. */
	observe(step: GiftStep): GiftTally {
		this.#forgetOld(step.now);
		const key = keyOfStreak(step.streakId);
		const streak = this.#recall(key, step) ?? { id: step.streakId, count: 0, final: false, lastStepAt: step.now };
		const delta = Math.max(0, step.count - streak.count);
		streak.count += delta;
		// A step behind the end of a streak without a group may be the next one's: it does not keep this one.
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

/** No real key is longer. What is made up to be longer must not be kept 5,000 times over. */
const MAX_KEY_LENGTH = 400;

/** What tells a streak from others. */
export interface StreakParts {
	roomId: string;
	messageId: string;
	/** Who gave it; "" where the upstream withholds that. */
	giver: string;
	/** The receiver, if that isn't the anchor; else "". */
	receiver: string;
	giftId: string;
	/** "0" where the upstream gives none. */
	groupId: string;
	/** Whether gifts of this kind come in streaks. */
	combo: boolean;
}

/**
 * The id of the streak that a message belongs to. A gift that does not come in streaks is one of its own, so that the
 * same message twice counts once. Without a group the next streak is known by its first message: the
 * counter puts the id of that in place of the message's own.
 */
export function streakIdOf({ roomId, messageId, giver, receiver, giftId, groupId, combo }: StreakParts): string {
	if (!combo) return short(`${roomId}:${messageId}`);
	const key = short([roomId, giver, receiver, giftId, groupId].map(withoutColon).join(":"));
	return groupId === "0" ? `${key}:${messageId}` : key;
}

const withoutColon = (part: string): string => (part.includes(":") ? part.replaceAll(":", "%3A") : part);

function short(key: string): string {
	return key.length <= MAX_KEY_LENGTH ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** Five parts, the last of them the group "0", and a message: an ungrouped streak, or the hash of one's key. */
const ungroupedId = /^((?:[^:]*:){4,}0|sha256:[0-9a-f]{64}):\d+$/s;

/** The key that the steps of a streak have: it differs from the id of a streak without a group. */
export function keyOfStreak(streakId: string): string {
	return ungroupedId.exec(streakId)?.[1] ?? streakId;
}

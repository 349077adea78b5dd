import type { Clock, Timer } from "../clock.ts";

interface Pending {
	dueAt: number;
	order: number;
	periodMs: number | undefined;
	fn: () => void;
}

/**
 * A clock that runs only when a test moves it. Timers fire in the order in which they are due.
 * @example
 * ```ts
 * import { ManualClock } from "@livekeeper/douyin/testing";
 * const clock = new ManualClock();
 * let rung = 0;
 * clock.every(1_000, () => rung++);
 * await clock.advance(3_000);
 * console.log(rung); // → 3
 * ```
 */
export class ManualClock implements Clock {
	/** Starts at a value that no wall clock shows, to expose confusion of the two times. */
	#elapsed = 1e9;
	/** Offset of the wall clock. */
	#ahead: number;
	#order = 0;
	readonly #pending = new Set<Pending>();

	/** @param startMs wall-clock time at the start, ms since the epoch; default 2026-01-01T00:00:00Z */
	constructor(startMs = 1_767_225_600_000) {
		this.#ahead = startMs - this.#elapsed;
	}

	/** Number of pending timers: 0 when everything was released. */
	get pendingTimers(): number {
		return this.#pending.size;
	}

	/** Milliseconds until the next timer is due; `undefined` if there is none. */
	get nextDueInMs(): number | undefined {
		const next = this.#next();
		return next && next.dueAt - this.#elapsed;
	}

	now(): number {
		return this.#elapsed + this.#ahead;
	}

	elapsed(): number {
		return this.#elapsed;
	}

	/** Sets the wall clock forward by `ms`, or back; no time passes. */
	set(ms: number): void {
		this.#ahead += ms;
	}

	after(delayMs: number, fn: () => void): Timer {
		return this.#add(delayMs, undefined, fn);
	}

	every(periodMs: number, fn: () => void): Timer {
		return this.#add(periodMs, periodMs, fn);
	}

	/** Advances time by `ms`, firing due timers and letting promises settle after each. */
	async advance(ms: number): Promise<void> {
		const end = this.#elapsed + ms;
		await settle();
		for (let next = this.#next(); next && next.dueAt <= end; next = this.#next()) {
			this.#elapsed = Math.max(this.#elapsed, next.dueAt);
			if (next.periodMs === undefined) this.#pending.delete(next);
			else next.dueAt += next.periodMs;
			next.fn();
			await settle();
		}
		// It may have been advanced further meanwhile.
		this.#elapsed = Math.max(this.#elapsed, end);
	}

	#add(delayMs: number, periodMs: number | undefined, fn: () => void): Timer {
		const pending = { dueAt: this.#elapsed + Math.max(0, delayMs), order: this.#order++, periodMs, fn };
		this.#pending.add(pending);
		return { cancel: () => void this.#pending.delete(pending) };
	}

	#next(): Pending | undefined {
		let next: Pending | undefined;
		for (const p of this.#pending) {
			if (!next || p.dueAt < next.dueAt || (p.dueAt === next.dueAt && p.order < next.order)) next = p;
		}
		return next;
	}
}

/** Lets every promise chain that is ready run to its next real wait. */
function settle(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

/** Returns a generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

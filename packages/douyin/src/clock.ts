/** A pending timer. Cancelling one that has fired, or twice, does nothing. */
export interface Timer {
	cancel(): void;
}

/** Where time comes from. Everything that waits or measures takes one, so that a test can drive it. */
export interface Clock {
	/** Milliseconds since the Unix epoch: for what is shown or stored, since the clock may be set. */
	now(): number;
	/** Milliseconds since some moment, whatever the clock is set to: for how long something takes, and when it is due. */
	elapsed(): number;
	/** Calls `fn` once, `delayMs` from now; at once for what is due already. */
	after(delayMs: number, fn: () => void): Timer;
	/** Calls `fn` every `periodMs` until cancelled. */
	every(periodMs: number, fn: () => void): Timer;
}

const { timeOrigin } = performance;

class SystemTimer implements Timer {
	readonly #handle: NodeJS.Timeout;

	constructor(handle: NodeJS.Timeout) {
		this.#handle = handle;
	}

	/** For both kinds: Node has one list of them. */
	cancel(): void {
		clearTimeout(this.#handle);
	}
}

/** The longest that Node waits, ms; what is to wait longer would not wait at all. */
const maxDelayMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => Math.floor(timeOrigin + performance.now()),
	after: (delayMs, fn) => new SystemTimer(setTimeout(fn, Math.min(Math.max(0, delayMs), maxDelayMs))),
	every: (periodMs, fn) => new SystemTimer(setInterval(fn, periodMs)),
};

/** The wall-clock time of a moment by `elapsed()`, ms since the epoch: to show it. */
export function wallTime(clock: Clock, at: number): number {
	return clock.now() + at - clock.elapsed();
}

/** A stored wall-clock time by `elapsed()`: not later than now, whatever the clock was set to meanwhile. */
export function elapsedAt(clock: Clock, storedAt: number): number {
	return clock.elapsed() - Math.max(0, clock.now() - storedAt);
}

/**
 * Resolves after `delayMs`, or at once when `signal` aborts. Never rejects: the caller looks at `signal.aborted`.
 * Leaves neither a timer nor a listener behind.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const wake = () => {
			timer.cancel();
			signal?.removeEventListener("abort", wake);
			resolve();
		};
		const timer = clock.after(delayMs, wake);
		signal?.addEventListener("abort", wake, { once: true });
	});
}

/** A pending timer. Cancelling one that has fired, or twice, does nothing. */
export interface Timer {
	cancel(): void;
}

/** Where time comes from. Everything that waits or measures takes one, so that a test can drive it. */
export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
	/** Calls `fn` once, `delayMs` from now. */
	after(delayMs: number, fn: () => void): Timer;
	/** Calls `fn` every `periodMs` until cancelled. */
	every(periodMs: number, fn: () => void): Timer;
}

/** The machine's own time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	after(delayMs, fn) {
		const handle = setTimeout(fn, delayMs);
		return { cancel: () => clearTimeout(handle) };
	},
	every(periodMs, fn) {
		const handle = setInterval(fn, periodMs);
		return { cancel: () => clearInterval(handle) };
	},
};

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

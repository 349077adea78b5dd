/** A pending timer. Cancelling one that has fired, or twice, does nothing. */
export interface Timer {
	cancel(): void;
}

/** Source of time. Everything that waits or measures takes one, so that a test can drive it. */
export interface Clock {
	/** Milliseconds since the Unix epoch: for times that are shown or stored, since the clock may be set. */
	now(): number;
	/** Milliseconds since an arbitrary moment, unaffected by setting the clock: for durations and due times. */
	elapsed(): number;
	/** Calls `fn` once, `delayMs` from now; as soon as possible if that is already past. */
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

	/** Works for both kinds: Node has one list of them. */
	cancel(): void {
		clearTimeout(this.#handle);
	}
}

/** Maximum delay of a Node timer, ms; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
	now: () => Date.now(),
	elapsed: () => Math.floor(timeOrigin + performance.now()),
	after: (delayMs, fn) => new SystemTimer(setTimeout(fn, Math.min(Math.max(0, delayMs), maxDelayMs))),
	every: (periodMs, fn) => new SystemTimer(setInterval(fn, periodMs)),
};

/** Converts a moment of `elapsed()` to wall-clock time, ms since the epoch, to show it. */
export function wallTime(clock: Clock, at: number): number {
	return clock.now() + at - clock.elapsed();
}

/** Converts a stored wall-clock time to `elapsed()`: never later than now, even if the clock was set meanwhile. */
export function elapsedAt(clock: Clock, storedAt: number): number {
	return clock.elapsed() - Math.max(0, clock.now() - storedAt);
}

/**
 * Resolves after `delayMs`, or at once when `signal` aborts. Never rejects: the caller checks `signal.aborted`. Leaves
 * neither a timer nor a listener behind.
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

/** Settles like the promise, or rejects with the signal's reason, whichever comes first. Leaves no listener behind. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener("abort", stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}

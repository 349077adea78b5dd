import type { Clock as FullClock } from "@livekeeper/douyin";

export type Clock = Omit<FullClock, "elapsed">;

/** The browser's or Node's own time: implemented here, because no code of another package should be loaded. */
export const ownClock: Clock = {
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

/** Resolves after `delayMs`, or at once when `signal` aborts. Leaves neither a timer nor a listener behind. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const wake = () => {
			timer.cancel();
			signal.removeEventListener("abort", wake);
			resolve();
		};
		const timer = clock.after(delayMs, wake);
		signal.addEventListener("abort", wake, { once: true });
	});
}

/**
 * Returns a controller that also aborts when `parent` does. `release` unsubscribes from the parent; call it when done.
 * The browser in OBS 28 has no `AbortSignal.any`.
 */
export function linkedAbort(parent: AbortSignal | undefined): { controller: AbortController; release: () => void } {
	const controller = new AbortController();
	if (!parent) return { controller, release: () => undefined };
	const follow = () => controller.abort(parent.reason);
	if (parent.aborted) follow();
	else parent.addEventListener("abort", follow, { once: true });
	return { controller, release: () => parent.removeEventListener("abort", follow) };
}

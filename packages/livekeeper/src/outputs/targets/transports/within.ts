import type { Clock } from "@livekeeper/douyin";
import { NoAnswerError } from "../delivery-result.ts";

interface Limit {
	clock: Clock;
	timeoutMs: number;
	/** Ends it at once. */
	signal: AbortSignal;
}

/**
 * What `work` returns, unless it takes too long or is ended from outside; it goes on then, and its owner ends it.
 * @throws NoAnswerError, the signal's reason, or what `work` throws
 */
export async function within<T>({ clock, timeoutMs, signal }: Limit, work: () => Promise<T>): Promise<T> {
	signal.throwIfAborted();
	const late = new AbortController();
	const timer = clock.after(timeoutMs, () => late.abort(new NoAnswerError(timeoutMs)));
	const ended = AbortSignal.any([signal, late.signal]);
	const cut = new Promise<never>((_, reject) => {
		ended.addEventListener("abort", () => reject(ended.reason), { once: true });
	});
	try {
		return await Promise.race([work(), cut]);
	} finally {
		timer.cancel();
	}
}

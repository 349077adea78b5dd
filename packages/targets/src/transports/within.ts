import type { Clock } from "@livekeeper/douyin";
import { NoAnswerError } from "../delivery-result.ts";

interface Limit {
	clock: Clock;
	timeoutMs: number;
	/** Aborts it at once. */
	signal: AbortSignal;
}

/**
 * Resolves with the result of `work`, or rejects on timeout or abort. Does not cancel `work`; its owner does.
 * @throws NoAnswerError, the signal's reason, or whatever `work` throws
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

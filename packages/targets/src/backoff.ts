import { maxRetryAfterMs } from "@livekeeper/douyin";

const firstMs = 1_000;
const capMs = 5 * 60_000;

/**
 * Returns the time until `at`, ms; 0 or less if it is over. A wait longer than any possible one was set before the
 * clock was set back, and is over too.
 */
export function waitMs(at: number, now: number): number {
	return at - now > maxRetryAfterMs ? 0 : at - now;
}

/**
 * Returns the delay before a delivery is retried, ms. It is between half of a bound and the bound, which doubles with
 * each failed attempt from 2 s up to 5 min: deliveries that failed together are not retried together, and whatever the
 * jitter, twelve attempts outlast a receiver that is down for ten minutes. A longer `Retry-After` is honoured.
 * @param attempt failed attempts so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, random: number, retryAfterMs = 0): number {
	const min = Math.min(capMs, firstMs * 2 ** Math.max(1, attempt)) / 2;
	const delay = min + Math.floor(random * min);
	return Math.max(delay, retryAfterMs);
}

/** Returns the pause between two probes of a target whose receiver keeps failing, ms: 2.5 to 5 min. */
export function pauseDelayMs(random: number): number {
	return capMs / 2 + Math.floor((random * capMs) / 2);
}

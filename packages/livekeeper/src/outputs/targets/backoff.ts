import { longestRetryAfterMs } from "@livekeeper/douyin";

const firstMs = 1_000;
const capMs = 5 * 60_000;

/**
 * How long it is until `at`, ms; 0 or less: it is over. One longer than any that is waited for was set by a clock that
 * has been set back since, and is over too.
 */
export function waitMs(at: number, now: number): number {
	return at - now > longestRetryAfterMs ? 0 : at - now;
}

/**
 * How long to wait before a delivery is tried again, ms. Between half of a bound and the bound, which doubles with each
 * failed attempt from 2 s up to 5 min: deliveries that failed together don't come back together, and whatever the jitter,
 * twelve attempts outlast a receiver that is down for ten minutes. Its `Retry-After` is honoured where it is longer.
 * @param attempt failed attempts so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, random: number, retryAfterMs = 0): number {
	const least = Math.min(capMs, firstMs * 2 ** Math.max(1, attempt)) / 2;
	const delay = least + Math.floor(random * least);
	return Math.max(delay, retryAfterMs);
}

/** How long a target whose receiver keeps failing is left in peace between two probes, ms: 2.5 to 5 min. */
export function pauseDelayMs(random: number): number {
	return capMs / 2 + Math.floor((random * capMs) / 2);
}

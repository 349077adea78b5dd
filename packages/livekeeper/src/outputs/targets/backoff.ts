import { longestRetryAfterMs } from "@livekeeper/douyin";

const floorMs = 1_000;
const capMs = 5 * 60_000;

/**
 * How long it is until `at`, ms; 0 or less: it is over. One longer than any that is waited for was set by a clock that
 * has been set back since, and is over too.
 */
export function waitMs(at: number, now: number): number {
	return at - now > longestRetryAfterMs ? 0 : at - now;
}

/**
 * How long to wait before a delivery is tried again, ms. Between 1 s and a bound that doubles with each failed attempt
 * up to 5 min; the jitter is taken over the whole range after the cap, so that deliveries which failed together don't
 * come back together. A receiver's `Retry-After` is honoured where it is longer.
 * @param attempt failed attempts so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, random: number, retryAfterMs = 0): number {
	const bound = Math.min(capMs, floorMs * 2 ** Math.max(1, attempt));
	const delay = floorMs + Math.floor(random * (bound - floorMs));
	return Math.max(delay, retryAfterMs);
}

/** How long a target whose receiver keeps failing is left in peace between two probes, ms: 2.5 to 5 min. */
export function pauseDelayMs(random: number): number {
	return capMs / 2 + Math.floor((random * capMs) / 2);
}

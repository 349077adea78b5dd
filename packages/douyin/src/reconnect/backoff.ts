const firstMs = 1_000;
const maxMs = 60_000;
/** Number of doublings: 1, 2, 4, 8, 16, 32; the next would exceed the maximum delay. */
const doublings = 6;

/**
 * Returns the delay before a reconnect: 1, 2, 4, 8, 16, 32, then always 60 seconds.
 * @param attempt counted from 1; failed attempts since the connection last worked, this one included
 * @returns delay in ms
 */
export function reconnectDelayMs(attempt: number): number {
	return attempt > doublings ? maxMs : firstMs * 2 ** (Math.max(1, Math.floor(attempt)) - 1);
}

const firstMs = 1_000;
const longestMs = 60_000;
/** 1, 2, 4, 8, 16, 32: the next doubling would pass the longest delay. */
const doublings = 6;

/**
 * How long to wait before a reconnect: 1, 2, 4, 8, 16, 32, then 60 seconds for ever.
 * @param attempt counted from 1; failed attempts since the connection last worked, this one included
 * @returns delay in ms
 */
export function reconnectDelayMs(attempt: number): number {
	return attempt > doublings ? longestMs : firstMs * 2 ** (Math.max(1, Math.floor(attempt)) - 1);
}

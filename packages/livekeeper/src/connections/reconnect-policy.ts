const longestMs = 60_000;

/**
 * How long to wait after the n-th failed attempt in a row: 1, 2, 4, 8, 16, 32, then 60 s for ever. Without jitter: the
 * delays are promised, and rooms that fail together are spread by the {@link ConnectionSlots}.
 * @param attempt from 1
 * @returns ms
 */
export function reconnectDelayMs(attempt: number): number {
	return attempt > 6 ? longestMs : 1000 * 2 ** (Math.max(1, attempt) - 1);
}

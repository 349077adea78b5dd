/** How long to wait between attempts to reopen a stream, ms. */
export interface Backoff {
	/** Before the first attempt after a cut. */
	minMs: number;
	/** Never longer than this, except where the service asks for it. */
	maxMs: number;
}

export const defaultBackoff: Backoff = { minMs: 500, maxMs: 30_000 };

/**
 * The wait before the n-th attempt in a row (from 1): it doubles from `minMs` up to `maxMs`, less a random part of at
 * most half, so that pages cut off together don't come back in the same moment.
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, { minMs, maxMs }: Backoff, random: number): number {
	const full = Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 52));
	return full * (1 - random / 2);
}

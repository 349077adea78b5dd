/** Delays between attempts to reopen a stream, ms. */
export interface Backoff {
	/** Delay before the first attempt after a cut, ms. */
	minMs: number;
	/** Maximum delay, ms, unless the service asks for a longer one. */
	maxMs: number;
}

export const defaultBackoff: Backoff = { minMs: 500, maxMs: 30_000 };

/**
 * Returns the delay before the n-th attempt in a row (from 1), ms: it doubles from `minMs` up to `maxMs`, less a random
 * part of at most half, because pages that are cut off together should not return at the same moment.
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, { minMs, maxMs }: Backoff, random: number): number {
	const full = Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 52));
	return full * (1 - random / 2);
}

/**
 * The next delay after one of `previousMs`: anything from `leastMs` to three times the previous one, at most `mostMs`.
 * Who failed at the same moment is apart after one or two of them.
 * @param random a number in [0, 1)
 * @returns ms, from `leastMs` to `mostMs`
 */
export function decorrelatedJitter(
	previousMs: number,
	{ leastMs, mostMs }: { leastMs: number; mostMs: number },
	random: number,
): number {
	const upToMs = Math.min(mostMs, Math.max(leastMs, previousMs * 3));
	return Math.round(leastMs + random * (upToMs - leastMs));
}

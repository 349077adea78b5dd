/** Maximum of every total. A larger one stays at this value, which every reader can still hold as an integer. */
export const maxTotal = Number.MAX_SAFE_INTEGER;

/**
 * Returns a whole number from 0 to {@link maxTotal}, whatever the upstream sent or a database holds; 0 for a value that
 * is not a number.
 */
export function whole(value: unknown): number {
	if (typeof value !== "number" || Number.isNaN(value)) return 0;
	return Math.min(maxTotal, Math.max(0, Math.trunc(value)));
}

/** Adds to a total. Both values pass through {@link whole}. */
export function plus(sum: unknown, more: unknown): number {
	return whole(whole(sum) + whole(more));
}

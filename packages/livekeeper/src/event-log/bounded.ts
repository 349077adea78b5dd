/** No sum is larger: what would be stays at this, which every reader can still hold as an integer. */
export const mostSum = Number.MAX_SAFE_INTEGER;

/** A whole number from 0 to {@link mostSum}, whatever the upstream said or a database holds; 0 for what is no number. */
export function whole(value: unknown): number {
	if (typeof value !== "number" || Number.isNaN(value)) return 0;
	return Math.min(mostSum, Math.max(0, Math.trunc(value)));
}

/** Adds to a sum. Both are taken by {@link whole}. */
export function plus(sum: unknown, more: unknown): number {
	return whole(whole(sum) + whole(more));
}

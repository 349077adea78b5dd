const atOnce = 64;

/**
 * Runs work on all items, a bounded number at a time, because there may be any number of rooms.
 * @returns results in order
 */
export async function mapAll<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (let from = 0; from < items.length; from += atOnce) {
		results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
	}
	return results;
}

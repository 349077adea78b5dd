const atOnce = 64;

/** Results of work that is done for all, in their order, a bounded number at a time: there may be any number of rooms. */
export async function mapAll<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (let from = 0; from < items.length; from += atOnce) {
		results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
	}
	return results;
}

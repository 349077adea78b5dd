const atOnce = 64;

/** Does it for all, a bounded number at a time: a target may have as many rooms as there are. */
export async function mapAll<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (let from = 0; from < items.length; from += atOnce) {
		results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
	}
	return results;
}

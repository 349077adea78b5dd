/** Maximum length of one answer, characters: a language model reads and pays for all of it. */
export const maxChars = 48_000;

/** Fields of pictures and payloads, which say nothing to a reader of words: `avatar`, `gift_image`, `covers` … */
const isLeftOut = (name: string) => /(?:^|_)(?:avatar|image|icon|cover|badge|picture)s?$|^(?:payload|raw)$/.test(name);

/** Formats an answer as JSON without pictures, payloads and empty values. */
export function asText(value: unknown): string {
	return JSON.stringify(value, (name, inner: unknown) => (isLeftOut(name) || inner === null ? undefined : inner));
}

/**
 * Reads a page, and if it is too long, again with as many items as fit, so its own cursor stays valid.
 * @param limit requested number of items
 * @param itemsOf returns the items of a page, of which there are at most `limit`
 */
export async function readFitting<Page>(
	limit: number,
	read: (limit: number) => Promise<Page>,
	itemsOf: (page: Page) => readonly unknown[],
): Promise<Page> {
	for (let maxEntries = limit; ; ) {
		const page = await read(maxEntries);
		const items = itemsOf(page);
		const fitting = countFitting(items);
		if (fitting === items.length) return page;
		maxEntries = fitting;
	}
}

/** Returns how many items, from the first, fit into one answer: at least one. */
export function countFitting(items: readonly unknown[]): number {
	let chars = 0;
	const tooLong = items.findIndex((item) => {
		chars += asText(item).length + 1;
		return chars > maxChars;
	});
	return tooLong === -1 ? items.length : Math.max(1, tooLong);
}

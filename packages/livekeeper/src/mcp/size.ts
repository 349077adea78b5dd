/** Most characters of one answer: a language model reads all of it, and pays for it. */
export const maxChars = 48_000;

/** Pictures and payloads say nothing to a reader of words: `avatar`, `gift_image`, `covers` … */
const isLeftOut = (name: string) => /(?:^|_)(?:avatar|image|icon|cover|badge|picture)s?$|^(?:payload|raw)$/.test(name);

/** An answer as text: JSON without pictures, payloads, and what is empty. */
export function asText(value: unknown): string {
	return JSON.stringify(value, (name, inner: unknown) => (isLeftOut(name) || inner === null ? undefined : inner));
}

/**
 * Reads a page, and where that is too long once more with as many items as fit, so that its own cursor leads on.
 * @param limit how many items are wanted
 * @param itemsOf what of the page there are `limit` of at most
 */
export async function readFitting<Page>(
	limit: number,
	read: (limit: number) => Promise<Page>,
	itemsOf: (page: Page) => readonly unknown[],
): Promise<Page> {
	for (let wanted = limit; ; ) {
		const page = await read(wanted);
		const items = itemsOf(page);
		const fitting = countFitting(items);
		if (fitting === items.length) return page;
		wanted = fitting;
	}
}

/** How many of them, from the first on, are short enough for one answer: at least one. */
export function countFitting(items: readonly unknown[]): number {
	let chars = 0;
	const tooLong = items.findIndex((item) => {
		chars += asText(item).length + 1;
		return chars > maxChars;
	});
	return tooLong === -1 ? items.length : Math.max(1, tooLong);
}

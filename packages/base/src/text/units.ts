/** Created on first use, because it loads all of Node's language data, some 20 ms. */
let grouped: Intl.NumberFormat | undefined;

/** Formats a count in English with its noun: `1 room`, `2 rooms`. @param count as a number, or formatted */
export function counted(count: number | string, one: string, many: string = `${one}s`): string {
	return `${count} ${String(count) === "1" ? one : many}`;
}

/** Formats a count as `37,216`, as the page does in both languages. */
export function countText(count: number): string {
	grouped ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
	return grouped.format(count);
}

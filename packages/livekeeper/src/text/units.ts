const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `37,216`: the page writes numbers so in both languages. */
export function countText(count: number): string {
	return grouped.format(count);
}

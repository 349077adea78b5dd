/** Made when it is first needed: it loads all that Node knows of languages, some 20 ms. */
let grouped: Intl.NumberFormat | undefined;

/** `37,216`: the page writes numbers so in both languages. */
export function countText(count: number): string {
	grouped ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
	return grouped.format(count);
}

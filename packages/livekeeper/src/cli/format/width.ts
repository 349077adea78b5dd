import textWidth from "string-width";

/** Fills a text up with spaces to so many columns of a terminal, of which Chinese characters take two. */
export function padColumns(text: string, columns: number): string {
	return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

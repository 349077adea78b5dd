import textWidth from "string-width";

/** Pads a text with spaces to a width in terminal columns, of which Chinese characters take two. */
export function padColumns(text: string, columns: number): string {
	return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/** Characters that take two columns of a terminal: Chinese, Japanese and Korean ones, and full-width signs. */
const wide =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** Fills a text up with spaces to so many columns of a terminal. */
export function padColumns(text: string, columns: number): string {
	const width = text.length + (text.match(wide)?.length ?? 0);
	return text + " ".repeat(Math.max(0, columns - width));
}

export type Measure = (text: string) => number;

/** Length in bytes, as receivers with a byte limit count it. */
export const bytes: Measure = (text) => Buffer.byteLength(text);

/** Length in bytes within JSON, escapes included. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2;

const escapedByGo = /[<>&\u2028\u2029]/g;

/** Length in bytes within JSON written by Go, which also escapes `<`, `>`, `&` and two line ends, six bytes each. */
export const goJsonBytes: Measure = (text) =>
	Buffer.byteLength(JSON.stringify(text).replace(escapedByGo, "\\u0000")) - 2;

/** Length in UTF-16 code units. */
export const units: Measure = (text) => text.length;

/** Returns the longest prefix of whole characters that measures at most `max`, including the ellipsis. */
export function clip(text: string, max: number, measure: Measure): string {
	if (measure(text) <= max) return text;
	const room = max - measure("…");
	let kept = "";
	let used = 0;
	for (const character of text) {
		used += measure(character);
		if (used > room) break;
		kept += character;
	}
	return `${kept}…`;
}

/** Joins lines into as few texts as possible, each measuring at most `max`; longer lines are cut. */
export function pack(lines: readonly string[], max: number, measure: Measure, between = "\n"): string[] {
	const texts: string[] = [];
	let text = "";
	let used = 0;
	for (const line of lines.map((whole) => clip(whole, max, measure))) {
		const added = measure(line) + (text === "" ? 0 : measure(between));
		if (text !== "" && used + added > max) {
			texts.push(text);
			text = line;
			used = measure(line);
		} else {
			text += text === "" ? line : between + line;
			used += added;
		}
	}
	return text === "" ? texts : [...texts, text];
}

export type Measure = (text: string) => number;

/** Length as receivers with a byte limit count it. */
export const bytes: Measure = (text) => Buffer.byteLength(text);

/** As it counts within JSON, escapes included. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2;

const escapedByGo = /[<>&\u2028\u2029]/g;

/** The same within JSON that a program in Go writes: it also escapes `<`, `>`, `&` and two line ends, six bytes each. */
export const goJsonBytes: Measure = (text) =>
	Buffer.byteLength(JSON.stringify(text).replace(escapedByGo, "\\u0000")) - 2;

/** UTF-16 code units. */
export const units: Measure = (text) => text.length;

/** The longest beginning of a text that measures `most` with the sign that it was cut; whole characters only. */
export function clip(text: string, most: number, measure: Measure): string {
	if (measure(text) <= most) return text;
	const room = most - measure("…");
	let kept = "";
	let used = 0;
	for (const character of text) {
		used += measure(character);
		if (used > room) break;
		kept += character;
	}
	return `${kept}…`;
}

/** Puts lines together into as few texts as possible, none of which measures more than `most`; longer lines are cut. */
export function pack(lines: readonly string[], most: number, measure: Measure, between = "\n"): string[] {
	const texts: string[] = [];
	let text = "";
	let used = 0;
	for (const line of lines.map((whole) => clip(whole, most, measure))) {
		const added = measure(line) + (text === "" ? 0 : measure(between));
		if (text !== "" && used + added > most) {
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

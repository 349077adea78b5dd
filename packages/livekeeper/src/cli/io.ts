import { styleText } from "node:util";
import type { Language } from "@livekeeper/base/text";
import textWidth from "string-width";

export type Style = Parameters<typeof styleText>[0];

/** Output of a command, which a test can replace. */
export interface Io {
	/** Writes a line of the result. */
	out(line: string): void;
	/** Writes a notice or an error. */
	err(line: string): void;
	/** Colours a text if colours are enabled. */
	paint(style: Style, text: string): string;
	/** Width of the terminal in columns; `undefined` without one. */
	columns: number | undefined;
	/** Language of texts for people. */
	language: Language;
}

/** Returns the process's own terminal, with colours only for people who want them. */
export function terminalIo(language: Language): Io {
	// Node handles NO_COLOR, FORCE_COLOR and the terminal's abilities.
	const colours = process.stdout.isTTY === true && process.stdout.hasColors();
	return {
		out: (line) => void process.stdout.write(`${line}\n`),
		err: (line) => void process.stderr.write(`${line}\n`),
		paint: (style, text) => (colours ? styleText(style, text) : text),
		columns: process.stdout.columns,
		language,
	};
}

/** Pads a text with spaces to a width in terminal columns, of which Chinese characters take two. */
export function padColumns(text: string, columns: number): string {
	return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

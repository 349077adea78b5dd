import { styleText } from "node:util";
import type { Language } from "../text/index.ts";

export type Style = Parameters<typeof styleText>[0];

/** Where a command writes, so that a test can listen. */
export interface Io {
	/** Results, a line each. */
	out(line: string): void;
	/** Notices and errors. */
	err(line: string): void;
	/** Colours a text where colours are wanted. */
	paint(style: Style, text: string): string;
	/** The width of the terminal, in columns; `undefined` where there is none. */
	columns: number | undefined;
	/** Language of texts for people. */
	language: Language;
}

/** The process's own terminal. Colours only for people who want them. */
export function terminalIo(language: Language): Io {
	// Node knows NO_COLOR, FORCE_COLOR and what the terminal can do.
	const colours = process.stdout.isTTY === true && process.stdout.hasColors();
	return {
		out: (line) => void process.stdout.write(`${line}\n`),
		err: (line) => void process.stderr.write(`${line}\n`),
		paint: (style, text) => (colours ? styleText(style, text) : text),
		columns: process.stdout.columns,
		language,
	};
}

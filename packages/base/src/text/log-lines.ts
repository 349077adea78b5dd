import { asTyped } from "./launch.ts";
import type { Language } from "./text.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Lines of the log in each language, by `event`: plain, or made of the entry's fields. */
export type LogLines = Readonly<Record<Language, Readonly<Record<string, string | ((fields: Fields) => string)>>>>;

/** Returns a time in whole seconds. */
export const seconds = (ms: unknown) => Math.round(Number(ms) / 1000);

/**
 * Returns an entry's line in English: that of its event, or else the event's name in words; `undefined` without an
 * event.
 */
export function englishLine(lines: LogLines["en"], fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	if (typeof event !== "string") return undefined;
	const line = Object.hasOwn(lines, event) ? lines[event] : undefined;
	if (line !== undefined) return asTyped(typeof line === "string" ? line : line(fields as Fields));
	const words = event.replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @returns `undefined` for an entry without an event that has a line */
export function chineseLine(lines: LogLines["zh"], fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	const line = typeof event === "string" && Object.hasOwn(lines, event) ? lines[event] : undefined;
	const words = typeof line === "function" ? line(fields as Fields) : line;
	return words === undefined ? undefined : asTyped(words);
}

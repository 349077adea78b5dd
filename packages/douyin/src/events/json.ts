/** Helpers for JSON that the upstream puts into texts. They never throw: missing or unexpected values become empty. */

/** Maximum length of a JSON text, characters. No text of the site comes close to it. */
const maxChars = 100_000;

/** Parses a text as JSON. @returns `undefined` for invalid JSON; a value that is not a text as it is */
export function parseJson(json: unknown): unknown {
	if (typeof json !== "string") return json;
	if (json.length > maxChars) return undefined;
	try {
		return JSON.parse(json);
	} catch {
		// It is the upstream's own text, which is passed on as it came.
		return undefined;
	}
}

export function at(value: unknown, ...path: string[]): unknown {
	let found = value;
	for (const key of path) {
		if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
		found = (found as Record<string, unknown>)[key];
	}
	return found;
}

export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Returns the entries of an object; none for any other value. */
export function entriesOf(value: unknown): [string, unknown][] {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function countOf(value: unknown): number {
	const number = Number(typeof value === "string" || typeof value === "number" ? value : 0);
	return Number.isFinite(number) ? Math.max(0, number) : 0;
}

/** Reads an id, which JSON has as text or as a number (not exact from 2^53 on). "0" if there is none. */
export function jsonId(value: unknown): string {
	if (typeof value === "string" && /^\d{1,20}$/.test(value)) return value;
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? String(value) : "0";
}

/** Reads JSON that the upstream puts into texts. Whatever is in it, nothing throws: what is missing or of another sort is empty. */

/** No text of the site holds nearly as much. */
const maxChars = 100_000;

/** @returns a text as JSON; `undefined` for one that is none. What is no text is given back as it is. */
export function parseJson(json: unknown): unknown {
	if (typeof json !== "string") return json;
	if (json.length > maxChars) return undefined;
	try {
		return JSON.parse(json);
	} catch {
		// It is the upstream's own text, and passes on as it came.
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

/** Fields of an object, where it is one. */
export function entriesOf(value: unknown): [string, unknown][] {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function countOf(value: unknown): number {
	const number = Number(typeof value === "string" || typeof value === "number" ? value : 0);
	return Number.isFinite(number) ? Math.max(0, number) : 0;
}

/** An id: JSON has it as text, or as a number, which is not exact from 2^53 on. "0" if there is none. */
export function jsonId(value: unknown): string {
	if (typeof value === "string" && /^\d{1,20}$/.test(value)) return value;
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? String(value) : "0";
}

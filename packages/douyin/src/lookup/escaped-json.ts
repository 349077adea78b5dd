/**
 * Reads JSON objects out of a page's scripts, where they appear plain or inside string literals, escaped once or
 * several times. Never throws, and reads no further than its budget.
 */
export interface ScanBudget {
	/** Remaining characters that may be read. */
	left: number;
}

/** Maximum depth of nested literals: at depth d a quote is preceded by 2^d - 1 backslashes. */
const deepest = 3;

/** Yields the objects that are values of `key`, in the page's order. */
export function* objectsNamed(page: string, key: string, budget: ScanBudget): Generator<Record<string, unknown>> {
	for (let at = page.indexOf(key); at >= 0; at = page.indexOf(key, at + key.length)) {
		if (budget.left <= 0) return;
		const value = valueStart(page, at + key.length);
		if (!value || page[value.at] !== "{") continue;
		const end = objectEnd(page, value.at, value.depth, budget);
		const object = end === undefined ? undefined : parseEscaped(page.slice(value.at, end), value.depth);
		if (object) yield object;
	}
}

/** Returns the digits that are the value of `key`, quoted or not; "" if there are none. */
export function digitsNamed(page: string, key: string): string {
	for (let at = page.indexOf(key); at >= 0; at = page.indexOf(key, at + key.length)) {
		const value = valueStart(page, at + key.length);
		if (!value) continue;
		const digits = /^\\*"?(\d{1,20})(?!\d)/.exec(page.slice(value.at, value.at + 2 ** deepest + 22))?.[1];
		// Copies the characters: a slice would keep the whole page in memory, and this one outlives it.
		if (digits) return [...digits].join("");
	}
	return "";
}

/** Returns the first boolean value of `key` (`true`, `false`, 1 or 0); `undefined` if there is none. */
export function wordNamed(page: string, key: string): boolean | undefined {
	for (let at = page.indexOf(key); at >= 0; at = page.indexOf(key, at + key.length)) {
		const value = valueStart(page, at + key.length);
		const word = value && /^(?:true|false|[01])(?![\w.])/.exec(page.slice(value.at, value.at + 6))?.[0];
		if (word) return word === "true" || word === "1";
	}
	return undefined;
}

/** Parses the text after a key: its closing quote (which shows the depth), the colon, and the value's start. */
function valueStart(page: string, afterKey: number): { at: number; depth: number } | undefined {
	let at = afterKey;
	while (page[at] === "\\" && at - afterKey < 2 ** deepest) at++;
	const depth = Math.log2(at - afterKey + 1);
	if (page[at] !== '"' || !Number.isInteger(depth) || depth > deepest) return undefined;
	at = skipSpaces(page, at + 1);
	return page[at] === ":" ? { at: skipSpaces(page, at + 1), depth } : undefined;
}

function skipSpaces(page: string, from: number): number {
	let at = from;
	while (page[at] === " " && at - from < 8) at++;
	return at;
}

/** Returns the end of the object that begins at `start`; `undefined` if it isn't within its literal and the budget. */
function objectEnd(page: string, start: number, depth: number, budget: ScanBudget): number | undefined {
	const unit = 2 ** depth;
	let open = 0;
	let inString = false;
	let backslashes = 0;
	for (let at = start; at < page.length; at++) {
		if (--budget.left < 0) return undefined;
		const char = page.charCodeAt(at);
		if (char === 0x5c) {
			backslashes++;
			continue;
		}
		if (char === 0x22) {
			// Unless the backslashes are those of this depth, the quote ends the literal around the object.
			if (backslashes % unit !== unit - 1) return undefined;
			const escapedHere = Math.floor(backslashes / unit) % 2 === 1;
			if (!escapedHere) inString = !inString;
		} else if (!inString && char === 0x7b) open++;
		else if (!inString && char === 0x7d && --open === 0) return at + 1;
		backslashes = 0;
	}
	return undefined;
}

function parseEscaped(escaped: string, depth: number): Record<string, unknown> | undefined {
	let text = escaped;
	for (let i = 0; i < depth; i++) text = unescapeLiteral(text);
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		// Not JSON after all, but a look-alike in some script. The caller continues with the next one.
		return undefined;
	}
}

const shortEscapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** Undoes one level of a JavaScript string literal's escapes. */
function unescapeLiteral(text: string): string {
	return text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g, (_all, u, x, char: string) => {
		const code: string | undefined = u ?? x;
		return code === undefined ? (shortEscapes[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16));
	});
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

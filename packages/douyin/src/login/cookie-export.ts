import { InputError } from "../errors.ts";

/** A cookie of an export. Its value is a secret. */
export interface ExportedCookie {
	name: string;
	value: string;
	/** Domain without a leading dot; "" if the format has none. */
	domain: string;
	/** Expiry, ms since the epoch. */
	expiresAt: number | undefined;
}

/** Reads the cookies of a `cookies.txt`: seven columns, separated by tabs. `undefined` for any other text. */
export function readNetscape(text: string): ExportedCookie[] | undefined {
	const lines = text.split(/\r?\n/).map((line) => line.replace(/^#HttpOnly_/, ""));
	const cookies = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
	// The tab before an empty value at the end of the text is lost in copying.
	if (cookies.length === 0 || !cookies.every((line) => line.split("\t").length >= 6)) return undefined;
	return cookies.map((line) => {
		const [domain = "", , , , expires, name = "", ...value] = line.split("\t");
		return { name, value: value.join("\t"), domain: withoutDot(domain), expiresAt: fromSeconds(Number(expires)) };
	});
}

/**
 * Reads copied rows of the cookie table in a browser's developer tools: name, value, domain, path, end, separated by
 * tabs, and any further columns; or name and value alone. `undefined` for any other text.
 */
export function readTable(text: string): ExportedCookie[] | undefined {
	const rows = text
		.split(/\r?\n/)
		.filter((line) => line.trim() !== "")
		.map((line) => line.split("\t"));
	const isRow = ([name = "", value, domain, path = "/"]: string[]) =>
		value !== undefined &&
		/^[!#$%&'*+.^_`|~\w-]+$/.test(name) &&
		!/^cookie$/i.test(name) &&
		(domain === undefined || (/^\.?[\w-]+(?:\.[\w-]+)+$/.test(domain) && path.startsWith("/")));
	// Column titles may have been copied along.
	const cookies = rows.length > 1 && !isRow(rows[0] ?? []) ? rows.slice(1) : rows;
	if (cookies.length === 0 || !cookies.every(isRow)) return undefined;
	return cookies.map(([name = "", value = "", domain = "", , ends = ""]) => ({
		...{ name, value, domain: withoutDot(domain), expiresAt: /^\d{4}-/.test(ends) ? fromText(ends) : undefined },
	}));
}

/**
 * Reads the cookies of a browser extension's or an automation tool's JSON, or of an object of names and values.
 * @throws InputError `not_json`
 */
export function readJson(text: string): ExportedCookie[] {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		// The parser's own message quotes the text, which is a secret.
		throw new InputError("not_json", "The text looks like JSON, but is not.");
	}
	const list = isObject(parsed) && Array.isArray(parsed["cookies"]) ? parsed["cookies"] : parsed;
	if (Array.isArray(list)) return list.filter(isObject).flatMap(fromJson);
	// An object of names and values.
	return Object.entries(isObject(list) ? list : {}).flatMap(([name, value]) => fromJson({ name, value }));
}

/** Reads one cookie. Names of the fields differ between programs; times are seconds, or text. */
function fromJson(entry: Record<string, unknown>): ExportedCookie[] {
	const { name, value, domain } = entry;
	if (typeof name !== "string" || typeof value !== "string") return [];
	const expires = entry["expirationDate"] ?? entry["expires"] ?? entry["expiry"];
	const expiresAt = typeof expires === "string" ? fromText(expires) : fromSeconds(Number(expires));
	return [{ name, value, domain: typeof domain === "string" ? withoutDot(domain) : "", expiresAt }];
}

function withoutDot(domain: string): string {
	return domain.toLowerCase().replace(/^\./, "");
}

function fromText(text: string): number | undefined {
	const number = Number(text);
	const at = Number.isNaN(number) ? Date.parse(text) : number * 1000;
	return at > 0 ? at : undefined;
}

/** Converts an expiry to ms: 0 and -1 mean a cookie that ends with the browser's session. */
function fromSeconds(seconds: number): number | undefined {
	return seconds > 0 && seconds < 8_640_000_000_000 ? Math.floor(seconds * 1000) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { InputError } from "../errors.ts";
import { parseCookieHeader } from "../net/index.ts";
import { expiryInHeader, loginCookies } from "./login-cookie.ts";

/** What a cookie given by a person comes down to. */
export interface ReadCookie {
	/** As a `Cookie` header. A secret. */
	cookie: string;
	/** When its login ends, ms since the epoch, where the text says so. */
	expiresAt?: number;
}

interface ExportedCookie {
	name: string;
	value: string;
	/** Without a dot before it; "" where the format has none. */
	domain: string;
	/** ms since the epoch. */
	expiresAt: number | undefined;
}

/** Longest text that is read, in characters: an export of all of a browser's cookies is larger than any header. */
const maxLength = 1_048_576;
/** Longest `Cookie` header. */
const maxHeaderLength = 16_384;
const host = "live.douyin.com";

/**
 * Reads a cookie in the forms in which people have it: the `Cookie` header of a browser's request, a Netscape cookie
 * file (`cookies.txt`), or the JSON of browser extensions and automation tools. Of an export only what a browser would
 * send to live.douyin.com is taken.
 *
 * @throws TypeError for what holds no such cookie; its message quotes nothing of the text
 */
export function readCookie(text: string): ReadCookie {
	if (text.length > maxLength) throw new InputError("cookie_too_long", "The cookie is too long.");
	const trimmed = text.replace(/^\uFEFF/, "").trim();
	const exported = /^[[{]/.test(trimmed) ? readJson(trimmed) : readNetscape(trimmed);
	const { cookie, expiresAt } = exported ? fromExport(exported) : { cookie: trimmed.replace(/^cookie:\s*/i, "") };
	const pairs = parseCookieHeader(cookie);
	if (cookie.length > maxHeaderLength) throw new InputError("cookie_too_long", "The cookie is too long.");
	if (pairs.size === 0) throw new InputError("no_cookie", "The text holds no cookie of the form name=value.");
	const ends = expiresAt ?? expiryInHeader(cookie);
	return { cookie, ...(ends !== undefined && { expiresAt: ends }) };
}

function fromExport(all: readonly ExportedCookie[]): ReadCookie {
	const ours = all.filter(({ domain }) => domain === "" || domain === host || host.endsWith(`.${domain}`));
	if (ours.length === 0) throw new InputError("foreign_cookie", "The export holds no cookie of douyin.com.");
	// The last of equal names wins, as in a header.
	const pairs = new Map(ours.map(({ name, value }) => [name, value]));
	const cookie = Array.from(pairs, ([name, value]) => `${name}=${value}`).join("; ");
	const ends = ours.filter(({ name }) => loginCookies.includes(name)).map(({ expiresAt }) => expiresAt);
	const known = ends.filter((at) => at !== undefined);
	return { cookie, ...(known.length > 0 && { expiresAt: Math.min(...known) }) };
}

/** `undefined` for text that is no cookie file: seven columns, parted by tabs. */
function readNetscape(text: string): ExportedCookie[] | undefined {
	const lines = text.split(/\r?\n/).map((line) => line.replace(/^#HttpOnly_/, ""));
	const cookies = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
	if (cookies.length === 0 || !cookies.every((line) => line.split("\t").length >= 7)) return undefined;
	return cookies.map((line) => {
		const [domain = "", , , , expires, name = "", ...value] = line.split("\t");
		return { name, value: value.join("\t"), domain: withoutDot(domain), expiresAt: fromSeconds(Number(expires)) };
	});
}

function readJson(text: string): ExportedCookie[] {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		// The parser's own message quotes the text, which is a secret.
		throw new InputError("not_json", "The text looks like JSON, and is none.");
	}
	const list = isObject(parsed) && Array.isArray(parsed["cookies"]) ? parsed["cookies"] : parsed;
	if (Array.isArray(list)) return list.filter(isObject).flatMap(fromJson);
	// An object of names and values.
	return Object.entries(isObject(list) ? list : {}).flatMap(([name, value]) => fromJson({ name, value }));
}

/** The names of the fields differ between programs; times are seconds, or text. */
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

/** 0 and -1 stand for a cookie that ends with the browser's session. */
function fromSeconds(seconds: number): number | undefined {
	return seconds > 0 && seconds < 8_640_000_000_000 ? Math.floor(seconds * 1000) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { InputError } from "../errors.ts";
import { parseCookieHeader } from "../net/index.ts";
import { type CopiedRequest, readCurl, readFetch, readPowerShell } from "./curl-command.ts";
import { expiryInHeader, hasLogin, loginCookies } from "./login-cookie.ts";

/**
 * Form of a pasted cookie: a request's header; a request as the browser's menu copies it, for curl, PowerShell or
 * `fetch`; an extension's JSON; a cookies.txt; rows of the developer tools' cookie table.
 */
export type CookieForm = "header" | "curl" | "powershell" | "fetch" | "json" | "cookies_txt" | "table";

/** A cookie given by a user, normalized. */
export interface ReadCookie {
	/** The value of a `Cookie` header. A secret. */
	cookie: string;
	form: CookieForm;
	/** Whether it belongs to an account; its login may have expired. */
	loggedIn: boolean;
	/** End of its login, ms since the epoch, if the text says so. */
	expiresAt?: number;
	/** Cookies that a browser would send to live.douyin.com but the text lacks. Without them the site trusts it less. */
	missing: string[];
}

/** Maximum length of the text, characters: an export of all of a browser's cookies is larger than any header. */
const maxLength = 1_048_576;
/** Maximum length of a `Cookie` header, characters. */
const maxHeaderLength = 16_384;
/** Cookies set for live.douyin.com itself: exports of the domain alone leave them out. */
const usual = ["s_v_web_id"];

/**
 * Reads a cookie in any form in which users have it: the `Cookie` header of a browser's request, alone or among its
 * other headers; the request as copied by "Copy as cURL", for bash or cmd, "Copy as PowerShell", or "Copy as fetch
 * (Node.js)"; the JSON of browser extensions and automation tools; a Netscape cookie file (`cookies.txt`); rows of the
 * developer tools' cookie table. From an export it takes only cookies that a browser would send to live.douyin.com.
 *
 * @throws InputError (a TypeError) if there is no such cookie; its message quotes nothing of the text
 * @example
 * ```ts
 * import { readCookie } from "@livekeeper/douyin";
 * const read = readCookie("curl 'https://live.douyin.com/' -H 'cookie: sessionid=made-up; ttwid=1'");
 * console.log(read.cookie); // → "sessionid=made-up; ttwid=1"
 * console.log(read.loggedIn); // → true
 * console.log(read.missing); // → ["s_v_web_id"]
 * ```
 */
export function readCookie(text: string): ReadCookie {
	if (text.length > maxLength) throw tooLong();
	const { form, cookie, expiresAt } = rawCookie(text.replace(/^\uFEFF/, "").trim());
	const pairs = parseCookieHeader(cookie);
	if (cookie.length > maxHeaderLength) throw tooLong();
	if (pairs.size === 0) throw new InputError("no_cookie", "The text contains no cookie of the form name=value.");
	const ends = expiresAt ?? expiryInHeader(cookie);
	return {
		...{ cookie, form, loggedIn: hasLogin(cookie) },
		...(ends !== undefined && { expiresAt: ends }),
		missing: usual.filter((name) => !pairs.get(name)),
	};
}

type RawCookie = Pick<ReadCookie, "cookie" | "form" | "expiresAt">;

function rawCookie(text: string): RawCookie {
	if (/^curl(\.exe)?\s/i.test(text)) return { form: "curl", cookie: ofRequests(readCurl(text), "curl") };
	if (/^(?:await\s+)?fetch\(/.test(text)) return { form: "fetch", cookie: ofRequests(readFetch(text), "fetch") };
	if (/^\$session\b|^Invoke-WebRequest\b/i.test(text)) {
		return { form: "powershell", cookie: ofRequests(readPowerShell(text), "powershell") };
	}
	if (/^[[{]/.test(text)) return { form: "json", ...fromExport(readJson(text)) };
	const table = readTable(text);
	if (table) return { form: "table", ...fromExport(table) };
	const exported = readNetscape(text);
	if (exported) return { form: "cookies_txt", ...fromExport(exported) };
	return { form: "header", cookie: fromHeaders(text) };
}

/** Finds the cookie among a request's other headers, one per line or with its value in the next line. */
function fromHeaders(text: string): string {
	if (!/[\r\n]/.test(text)) return text.replace(/^cookie:\s*/i, "");
	const cookies = Array.from(text.matchAll(/^cookie(?::[ \t]*|:?[ \t]*\r?\n)(\S.*)$/gim), ([, value = ""]) =>
		value.trim(),
	);
	if (cookies.length === 0) return text;
	const host = /^:?(?:host|authority)(?::[ \t]*|:?[ \t]*\r?\n)(\S+)$/im.exec(text)?.[1];
	if (host !== undefined && !isDouyin(host.replace(/:\d+$/, ""))) throw foreign();
	return cookies.join("; ");
}

/** Names of a request's forms in the browser's menus. */
const commandNames = { curl: "cURL", powershell: "PowerShell", fetch: "fetch" } as const;

/** Returns the cookie of the logged-in request among those to the site. */
function ofRequests(requests: readonly CopiedRequest[] | undefined, form: keyof typeof commandNames): string {
	if (!requests) {
		throw new InputError("cut_request", `The ${commandNames[form]} command is incomplete. Copy all of it.`);
	}
	const ours = requests.filter(({ host }) => isDouyin(host));
	if (ours.length === 0) throw foreign();
	const cookies = ours.flatMap(({ cookie }) => cookie ?? []);
	const cookie = cookies.find(hasLogin) ?? cookies[0];
	if (cookie !== undefined) return cookie;
	if (form === "fetch") {
		throw new InputError(
			"fetch_without_cookie",
			"“Copy as fetch” leaves the cookie out. Choose “Copy as cURL (bash)” in the same menu.",
		);
	}
	throw new InputError(
		"request_without_cookie",
		`The ${commandNames[form]} command contains no cookie. Log in first, then copy a request to live.douyin.com.`,
	);
}

function fromExport(all: readonly ExportedCookie[]): Pick<ReadCookie, "cookie" | "expiresAt"> {
	const ours = all.filter(({ domain }) => ["", "douyin.com", "live.douyin.com"].includes(domain));
	if (ours.length === 0) throw foreign();
	// The last of equal names wins, as in a header.
	const pairs = new Map(ours.map(({ name, value }) => [name, value]));
	const cookie = Array.from(pairs, ([name, value]) => `${name}=${value}`).join("; ");
	const ends = ours.filter(({ name }) => loginCookies.includes(name)).map(({ expiresAt }) => expiresAt);
	const known = ends.filter((at) => at !== undefined);
	return { cookie, ...(known.length > 0 && { expiresAt: Math.min(...known) }) };
}

function isDouyin(host: string): boolean {
	return /^(?:[^/]+\.)?douyin\.com$/i.test(host);
}

function foreign(): InputError {
	return new InputError(
		"foreign_cookie",
		"The text contains no cookie of douyin.com. Copy it from a page of live.douyin.com.",
	);
}

function tooLong(): InputError {
	return new InputError("cookie_too_long", "The cookie is too long.");
}

/** A cookie of an export. Its value is a secret. */
interface ExportedCookie {
	name: string;
	value: string;
	/** Domain without a leading dot; "" if the format has none. */
	domain: string;
	/** Expiry, ms since the epoch. */
	expiresAt: number | undefined;
}

/** Reads the cookies of a `cookies.txt`: seven columns, separated by tabs. `undefined` for any other text. */
function readNetscape(text: string): ExportedCookie[] | undefined {
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
function readTable(text: string): ExportedCookie[] | undefined {
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
function readJson(text: string): ExportedCookie[] {
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

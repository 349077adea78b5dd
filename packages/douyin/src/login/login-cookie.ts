import { parseCookieHeader } from "../net/index.ts";

/** Cookies of a logged-in session; any one of them is enough. */
export const loginCookies: readonly string[] = ["sessionid", "sessionid_ss", "sid_tt"];

/**
 * Whether a `Cookie` header belongs to a logged-in account: only those sessions receive gifts.
 * @example
 * ```ts
 * import { hasLogin } from "@livekeeper/douyin";
 * console.log(hasLogin("ttwid=1; sessionid=made-up")); // → true
 * console.log(hasLogin("ttwid=1")); // → false
 * ```
 */
export function hasLogin(header: string | undefined): boolean {
	return loginSession(header) !== undefined;
}

/** Returns the login's session in a `Cookie` header, a secret; `undefined` without a login. */
export function loginSession(header: string | undefined): string | undefined {
	if (!header) return undefined;
	const pairs = parseCookieHeader(header);
	for (const name of loginCookies) if (pairs.get(name)) return pairs.get(name);
	return undefined;
}

/** Cookies that identify an account: the site's own mark, the same in all sessions, otherwise the session itself. */
const accountCookies: readonly string[] = ["uid_tt", "uid_tt_ss", ...loginCookies];

/** Whether two `Cookie` headers certainly belong to the same account. */
export function sameAccount(a: string | undefined, b: string | undefined): boolean {
	if (!a || !b || !hasLogin(a) || !hasLogin(b)) return false;
	const [one, other] = [parseCookieHeader(a), parseCookieHeader(b)];
	return accountCookies.some((name) => one.get(name) && one.get(name) === other.get(name));
}

const latestMs = 8_640_000_000_000_000;

/**
 * Returns when the login of a `Cookie` header ends, ms since the epoch; `undefined` if it doesn't say. The source is
 * the site's own `sid_guard`: session, when it was given (s), for how long (s), the same in words, separated by `|`.
 * Visitors may have one too, so it counts only together with a login.
 * @example
 * ```ts
 * import { expiryInHeader } from "@livekeeper/douyin";
 * const cookie = "sessionid=made-up; sid_guard=made-up|1767225600|5184000|made-up";
 * console.log(expiryInHeader(cookie)); // → Date.parse("2026-03-02T00:00:00Z")
 * ```
 */
export function expiryInHeader(header: string | undefined): number | undefined {
	if (!hasLogin(header)) return undefined;
	const guard = parseCookieHeader(header ?? "").get("sid_guard") ?? "";
	const [, given, lasts] = guard.split(/\||%7C/i);
	if (!/^\d{1,13}$/.test(given ?? "") || !/^\d{1,13}$/.test(lasts ?? "")) return undefined;
	const endsAt = (Number(given) + Number(lasts)) * 1000;
	return endsAt <= latestMs ? endsAt : undefined;
}

import { parseCookieHeader } from "../net/index.ts";

/** The cookies that make a session a logged-in one; any of them will do. */
export const loginCookies: readonly string[] = ["sessionid", "sessionid_ss", "sid_tt"];

/** Whether a `Cookie` header is of a logged-in account: only those sessions are sent gifts. */
export function hasLogin(header: string | undefined): boolean {
	return loginSession(header) !== undefined;
}

/** The session of the login in a `Cookie` header, a secret; `undefined` where it has no login. */
export function loginSession(header: string | undefined): string | undefined {
	if (!header) return undefined;
	const pairs = parseCookieHeader(header);
	for (const name of loginCookies) if (pairs.get(name)) return pairs.get(name);
	return undefined;
}

/** The site's own mark of an account, the same in all of its sessions; else the session itself. */
const accountCookies: readonly string[] = ["uid_tt", "uid_tt_ss", ...loginCookies];

/** Whether two `Cookie` headers are certain to be of the same account. */
export function sameAccount(a: string | undefined, b: string | undefined): boolean {
	if (!a || !b || !hasLogin(a) || !hasLogin(b)) return false;
	const [one, other] = [parseCookieHeader(a), parseCookieHeader(b)];
	return accountCookies.some((name) => one.get(name) && one.get(name) === other.get(name));
}

const latestMs = 8_640_000_000_000_000;

/**
 * When the login of a `Cookie` header ends, ms since the epoch; `undefined` where it doesn't say. The site's own
 * `sid_guard` tells: session, when it was given (s), for how long (s), the same in words, divided by `|`. Visitors may
 * carry one too, so it counts beside a login only.
 */
export function expiryInHeader(header: string | undefined): number | undefined {
	if (!hasLogin(header)) return undefined;
	const guard = parseCookieHeader(header ?? "").get("sid_guard") ?? "";
	const [, given, lasts] = guard.split(/\||%7C/i);
	if (!/^\d{1,13}$/.test(given ?? "") || !/^\d{1,13}$/.test(lasts ?? "")) return undefined;
	const endsAt = (Number(given) + Number(lasts)) * 1000;
	return endsAt <= latestMs ? endsAt : undefined;
}

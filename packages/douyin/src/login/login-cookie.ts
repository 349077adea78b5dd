import { parseCookieHeader } from "../net/index.ts";

/** The cookies that make a session a logged-in one; either will do. */
export const loginCookies: readonly string[] = ["sessionid", "sid_tt"];

/** Whether a `Cookie` header is of a logged-in account: only those sessions are sent gifts. */
export function hasLogin(header: string | undefined): boolean {
	if (!header) return false;
	const pairs = parseCookieHeader(header);
	return loginCookies.some((name) => pairs.get(name));
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

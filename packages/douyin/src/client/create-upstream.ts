import { type ResolvedLink, resolveLink, type UsableLink } from "../links/index.ts";
import { ask, askFollowedLive, askWhoIsLive, lookUp } from "../lookup/index.ts";
import { type IdentityCookies, parseCookieHeader } from "../net/index.ts";
import { openSession, pollSession } from "../session/index.ts";
import type { DouyinUpstream, SessionRequest } from "../upstream.ts";
import type { UpstreamOptions } from "./upstream-options.ts";
import { upstreamParts } from "./upstream-parts.ts";

export interface UpstreamHandle extends Required<DouyinUpstream> {
	/**
	 * Resolves where a pasted link (see `readLinks`) leads.
	 * @throws DouyinError: `blocked` if the site asks for a captcha, and others; `signal.reason` when aborted
	 */
	resolveLink(link: UsableLink, signal: AbortSignal): Promise<ResolvedLink>;
	/** Closes connections that are kept alive for later requests. Sessions are stopped by their own signals. */
	close(): void;
}

/**
 * Creates an upstream for any number of rooms: one base URL, one identity, one visitor cookie.
 * @throws DouyinError `proxy`, not retryable, for an invalid proxy URL
 * @throws TypeError for an invalid base URL, cookie, user agent or allowed host
 * @example
 * ```ts
 * import { createUpstream } from "@livekeeper/douyin";
 * const upstream = createUpstream({ baseUrl: "http://127.0.0.1:7002" });
 * const room = await upstream.lookup("261378947940", AbortSignal.timeout(30_000));
 * console.log(room.status); // → "live"
 * upstream.close();
 * ```
 */
export function createUpstream(options: UpstreamOptions = {}): UpstreamHandle {
	const { http, lookup, session } = upstreamParts(options);
	const named = (request: SessionRequest): SessionRequest => {
		return request.userUniqueId === "" ? { ...request, userUniqueId: lookup.fallbackUserUniqueId } : request;
	};
	return {
		get identity() {
			return lookup.login.state().status;
		},
		get login() {
			return lookup.login.state();
		},
		lookup: (liveId, signal) => lookUp(lookup, liveId, signal),
		ask: (way, room, signal) => ask(lookup, way, room, signal),
		whoIsLive: (anchorIds, signal) => askWhoIsLive(lookup, anchorIds, signal),
		followedLive: (signal) => askFollowedLive(lookup, signal),
		takeProof: (cookie) => takeProof(http.cookies, cookie),
		session: (request, take) => openSession(session, named(request), take),
		poll: (request, take) => pollSession(session, named(request), take),
		resolveLink: (link, signal) => resolveLink(lookup, link, signal),
		close: () => {
			http.close();
			lookup.appHttp.close();
		},
	};
}

/** Cookies that carry the proof of a passed slider from one client of the site to another. */
const proofs = ["s_v_web_id", "__ac_nonce"];

async function takeProof(cookies: IdentityCookies, header: string): Promise<void> {
	const given = parseCookieHeader(header);
	for (const name of proofs) {
		const value = given.get(name);
		if (value) await cookies.set(name, value);
	}
}

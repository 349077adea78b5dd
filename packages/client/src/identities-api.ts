import { type Connection, type RequestOptions, requestJson } from "./http.ts";

/** A cookie and a proxy under a name, as far as they may be told. Times are ms since the epoch. */
export interface Identity {
	name: string;
	has_cookie: boolean;
	has_proxy: boolean;
	/** `unreadable`: it was stored under another key, and has to be given again. */
	status: "anonymous" | "logged_in" | "expired" | "unreadable";
	/** When its login ends or has ended; `null` when nobody knows. */
	expires_at: number | null;
	/** When a page last told whom the upstream takes it for. */
	seen_at: number | null;
	/** For people: the login has ended, or will soon. */
	warning: string | null;
	/** The rooms that go by it. */
	rooms: string[];
	/** How the site treats it. `first_only`: only the first gifts after it connects. `resting`: it is left alone. */
	state: "fine" | "first_only" | "nothing" | "resting" | "unknown";
	/** What that is judged by, in words. */
	state_evidence: string[];
	/** What can be done, in this order. */
	advice: string[];
	/** Share of the gifts' worth that it is shown, 0 to 1. */
	gift_coverage: number | null;
	/** Share of the messages that it is shown, of those that others in the same rooms are. */
	message_coverage: number | null;
	gifts_per_hour: number | null;
	/** What all sessions of the same rooms are shown. */
	gifts_per_hour_of_all: number | null;
	/** While it is left alone. */
	rest: { since: number; until: number; times: number; rooms: string[] } | null;
	added_at: number;
	updated_at: number;
}

/** What is left out stays as it is, `null` takes it away. No answer ever holds cookie or proxy. */
export interface IdentityInput {
	/** A `Cookie` header, a request as cURL, a cookies.txt, or the JSON of a browser's export. */
	cookie?: string | null | undefined;
	/** `http://`, `https://` or `socks5://` proxy to the site. */
	proxy?: string | null | undefined;
	/** When the cookie's login ends, ms since the epoch; with a new cookie and without this, what the cookie says. */
	expires_at?: number | null | undefined;
}

/** What a pasted cookie is, without the cookie. */
export interface FoundCookie {
	form: "header" | "curl" | "json" | "cookies_txt";
	/** Whether it is of an account: visitors are sent no gifts. */
	logged_in: boolean;
	/** When its login ends or has ended, ms since the epoch; `null`: it does not say. */
	expires_at: number | null;
	/** Cookies that a browser sends as well, e.g. `s_v_web_id`; it works without. */
	missing: string[];
	/** The identity that is the same account. */
	same_as: string | null;
}

/** One step of the way to a room's messages. */
export interface ProbeStep {
	name: "cookie" | "page" | "login" | "im_fetch" | "socket";
	ok: boolean;
	/** What was found, for people. */
	detail: string;
	/** What to do about it. */
	hint: string | null;
	took_ms: number;
}

/** Who rooms are to the site, by name. Every method throws {@link LivekeeperApiError}. */
export interface IdentitiesApi {
	list(options?: RequestOptions): Promise<Identity[]>;
	/** What a pasted cookie is; the service keeps nothing of it. @throws `invalid_cookie` */
	read(cookie: string, options?: RequestOptions): Promise<FoundCookie>;
	/**
	 * Tries the way to a room with a pasted cookie, of which nothing is kept; takes up to a minute.
	 * @throws `invalid_cookie`, `too_many_requests`
	 */
	probe(cookie: string, liveId: string, options?: RequestOptions): Promise<ProbeStep[]>;
	/**
	 * Adds an identity, or changes one: rooms that go by it are connected again. Rooms that have none of their own go by
	 * the one named `default`.
	 * @throws `invalid_cookie`, `invalid_request`
	 */
	set(name: string, input: IdentityInput & RequestOptions): Promise<Identity>;
	/** Has one tried again that rests. @throws `identity_not_found` */
	liftRest(name: string, options?: RequestOptions): Promise<Identity>;
	/** @throws `identity_not_found`, `identity_in_use` while rooms go by it */
	remove(name: string, options?: RequestOptions): Promise<void>;
}

const all = "api/v1/identities";

export function identitiesApi(connection: Connection): IdentitiesApi {
	const pathOf = (name: string) => `${all}/${encodeURIComponent(name)}`;
	return {
		async list({ signal } = {}) {
			return (await requestJson<{ identities: Identity[] }>(connection, all, { signal })).identities;
		},
		async read(cookie, { signal } = {}) {
			const call = { method: "POST", body: { cookie }, signal } as const;
			return (await requestJson<{ found: FoundCookie }>(connection, `${all}/read`, call)).found;
		},
		async probe(cookie, liveId, { signal } = {}) {
			const body = { cookie, live_id: liveId };
			const call = { method: "POST", body, signal, timeoutMs: 120_000 } as const;
			return (await requestJson<{ steps: ProbeStep[] }>(connection, `${all}/probe`, call)).steps;
		},
		async set(name, { signal, ...body }) {
			const call = { method: "PUT", body, signal } as const;
			return (await requestJson<{ identity: Identity }>(connection, pathOf(name), call)).identity;
		},
		async liftRest(name, { signal } = {}) {
			const call = { method: "DELETE", signal } as const;
			return (await requestJson<{ identity: Identity }>(connection, `${pathOf(name)}/rest`, call)).identity;
		},
		async remove(name, { signal } = {}) {
			await requestJson(connection, pathOf(name), { method: "DELETE", signal });
		},
	};
}

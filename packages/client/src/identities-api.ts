import type { CookiePairing, FoundCookie, Identity, IdentityChange, ProbeStep } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { Given } from "./types.ts";

/** Cookies and proxies that rooms share by name. Every method throws {@link LivekeeperApiError}. */
export interface IdentitiesApi {
	list(options?: RequestOptions): Promise<Identity[]>;
	/**
	 * Analyzes a pasted cookie; the service stores nothing of it. @throws `invalid_cookie`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const found = await keeper.identities.read("sessionid=made-up; ttwid=1");
	 * console.log(found.form); // → "header"
	 * console.log(found.logged_in); // → true
	 * ```
	 */
	read(cookie: string, options?: RequestOptions): Promise<FoundCookie>;
	/**
	 * Tries the way to a room with a pasted or paired cookie, without storing it; takes up to a minute.
	 * @throws `invalid_cookie`, `pairing_not_found`, `too_many_requests`
	 */
	probe(
		given: Given<Pick<IdentityChange, "cookie" | "pairing">>,
		liveId: string,
		options?: RequestOptions,
	): Promise<ProbeStep[]>;
	/**
	 * Adds an identity, or changes one: rooms that use it are reconnected. Rooms without one use the one named `default`.
	 * @throws `invalid_cookie`, `pairing_not_found`, `invalid_request`
	 */
	set(name: string, input: Given<IdentityChange> & RequestOptions): Promise<Identity & { created: boolean }>;
	/** Ends an identity's cooldown, so that it is tried again. @throws `identity_not_found` */
	liftRest(name: string, options?: RequestOptions): Promise<Identity>;
	/** @throws `identity_not_found`, `identity_in_use` while rooms use it */
	remove(name: string, options?: RequestOptions): Promise<void>;
	/** Creates a code to type into the browser extension; the previous code becomes invalid. */
	pair(options?: RequestOptions): Promise<{ pairing: CookiePairing; code: string }>;
	/** Returns the state of a pairing. @throws `pairing_not_found` */
	pairing(id: string, options?: RequestOptions): Promise<CookiePairing>;
	/** Forgets a pairing, and the cookie that was received by it. @throws `pairing_not_found` */
	endPairing(id: string, options?: RequestOptions): Promise<void>;
}

const all = "api/v1/identities";
const pairings = "api/v1/pairings";

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
		async probe(given, liveId, { signal } = {}) {
			const body = { ...given, live_id: liveId };
			const call = { method: "POST", body, signal, timeoutMs: 120_000 } as const;
			return (await requestJson<{ steps: ProbeStep[] }>(connection, `${all}/probe`, call)).steps;
		},
		async set(name, { signal, ...body }) {
			const call = { method: "PUT", body, signal } as const;
			type Answer = { identity: Identity; created: boolean };
			const { identity, created } = await requestJson<Answer>(connection, pathOf(name), call);
			return { ...identity, created };
		},
		async liftRest(name, { signal } = {}) {
			const call = { method: "DELETE", signal } as const;
			return (await requestJson<{ identity: Identity }>(connection, `${pathOf(name)}/rest`, call)).identity;
		},
		async remove(name, { signal } = {}) {
			await requestJson(connection, pathOf(name), { method: "DELETE", signal });
		},
		async pair({ signal } = {}) {
			const call = { method: "POST", signal } as const;
			const { pairing, code } = await requestJson<{ pairing: CookiePairing; code: string }>(connection, pairings, call);
			return { pairing, code };
		},
		async pairing(id, { signal } = {}) {
			return (await requestJson<{ pairing: CookiePairing }>(connection, `${pairings}/${id}`, { signal })).pairing;
		},
		async endPairing(id, { signal } = {}) {
			await requestJson(connection, `${pairings}/${id}`, { method: "DELETE", signal });
		},
	};
}

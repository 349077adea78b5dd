import { createRequire } from "node:module";
import type { CookieJar } from "tough-cookie";
import { isSiteHost } from "./allowed-hosts.ts";
import { parseCookieHeader } from "./identity.ts";

/**
 * Cookies of one identity: those the user gave, and those that the upstream sets, as in a browser. The jar, with the
 * list of public suffixes that its library loads, is created on first use.
 */
export class IdentityCookies {
	readonly #baseUrl: string;
	readonly #given: ReadonlyMap<string, string>;
	#jar: CookieJar | undefined;

	/** @throws TypeError if `cookie` holds characters that no header may carry */
	constructor(baseUrl: string, cookie: string | undefined) {
		this.#baseUrl = baseUrl;
		this.#given = parseCookieHeader(cookie ?? "");
	}

	get jar(): CookieJar {
		this.#jar ??= this.#fill();
		return this.#jar;
	}

	#fill(): CookieJar {
		const { CookieJar } = toughCookie();
		const jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
		for (const [name, value] of this.#given) this.#put(jar, name, value);
		return jar;
	}

	/** Stores a cookie for the whole domain, as the site does: its cookies must replace ours, not be sent beside them. */
	#put(jar: CookieJar, key: string, value: string): void {
		const { Cookie } = toughCookie();
		const { hostname } = new URL(this.#baseUrl);
		const shared = isSiteHost(hostname);
		const domain = shared ? "douyin.com" : hostname;
		jar.setCookieSync(new Cookie({ key, value, domain, hostOnly: !shared, path: "/" }), this.#baseUrl);
	}

	/** Sets one cookie in place of all with its name, until the upstream sets another. */
	async set(name: string, value: string): Promise<void> {
		await this.forget(name);
		this.#put(this.jar, name, value);
	}

	/** Returns the `Cookie` header for the upstream; "" if there are no cookies. */
	header(): string {
		return this.jar.getCookieStringSync(this.#baseUrl);
	}

	get(name: string): string | undefined {
		return this.jar.getCookiesSync(this.#baseUrl).find((cookie) => cookie.key === name)?.value;
	}

	/** Returns the expiry of a cookie, ms since the epoch; `undefined` for those without one, such as the user's own. */
	expiryOf(name: string): number | undefined {
		const cookie = this.jar.getCookiesSync(this.#baseUrl).find(({ key }) => key === name);
		const at = cookie?.expiryTime();
		return at !== undefined && Number.isFinite(at) ? at : undefined;
	}

	/** Removes one cookie, wherever it was set. */
	async forget(name: string): Promise<void> {
		const { store } = this.jar;
		for (const cookie of this.jar.getCookiesSync(this.#baseUrl)) {
			if (cookie.key === name) await store.removeCookie(cookie.domain ?? "", cookie.path ?? "/", name);
		}
	}
}

/** Loads the library with the first jar. */
function toughCookie(): typeof import("tough-cookie") {
	return createRequire(import.meta.url)("tough-cookie") as typeof import("tough-cookie");
}

import { createRequire } from "node:module";
import type { CookieJar } from "tough-cookie";
import { InputError } from "../errors.ts";
import { isSiteHost } from "./allowed-hosts.ts";

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

/** Identity of a request. All fields are optional: without them it is an anonymous visitor without a proxy. */
export interface Identity {
	/** A `Cookie` header as a logged-in browser sends it. A secret: never logged. */
	cookie?: string | undefined;
	/** End of the cookie's login, if known, ms since the epoch; takes precedence over the cookie's own. */
	loginExpiresAt?: number | undefined;
	/** `http://`, `https://` or `socks5://`, with user and password if needed. When it fails, the request fails. */
	proxy?: string | undefined;
	/** Must begin with `Mozilla/`, because the protocol sends the text after it. */
	userAgent?: string | undefined;
	/**
	 * PEM of one more certificate authority to trust (for the proxy and the upstream), in addition to the built-in ones.
	 */
	ca?: string | undefined;
}

export const defaultUserAgent =
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";

/**
 * Splits a `Cookie` header into its pairs; the last of equal names wins.
 * @throws TypeError for characters that no header may carry
 */
export function parseCookieHeader(header: string): Map<string, string> {
	const pairs = new Map<string, string>();
	for (const part of header.split(";")) {
		const text = part.trim();
		const at = text.indexOf("=");
		if (at > 0) pairs.set(text.slice(0, at).trim(), text.slice(at + 1).trim());
	}
	// The whole text is sent, with parts that are no pairs and the space between parts.
	const isSendable = /^[\x20-\x7e\x80-\xff]*$/.test(header.trim());
	if (!isSendable || [...pairs.keys()].some((name) => !/^[\x21-\x7e]+$/.test(name))) {
		throw new InputError("header_characters", "The cookie contains characters that are not allowed in an HTTP header.");
	}
	return pairs;
}

import { Cookie, CookieJar } from "tough-cookie";
import { isSiteHost } from "./allowed-hosts.ts";
import { parseCookieHeader } from "./identity.ts";

/** The cookies of one identity: those the user gave, and those that the upstream sets as it would in a browser. */
export class IdentityCookies {
	readonly jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
	readonly #baseUrl: string;

	/** @throws TypeError when `cookie` holds characters that no header may carry */
	constructor(baseUrl: string, cookie: string | undefined) {
		this.#baseUrl = baseUrl;
		const { hostname } = new URL(baseUrl);
		// The site sets its cookies for the whole domain; ours must be replaced by those, not stand beside them.
		const shared = isSiteHost(hostname);
		for (const [key, value] of cookie ? parseCookieHeader(cookie) : []) {
			const domain = shared ? "douyin.com" : hostname;
			this.jar.setCookieSync(new Cookie({ key, value, domain, hostOnly: !shared, path: "/" }), baseUrl);
		}
	}

	/** The `Cookie` header for the upstream; "" when there are none. */
	header(): string {
		return this.jar.getCookieStringSync(this.#baseUrl);
	}

	get(name: string): string | undefined {
		return this.jar.getCookiesSync(this.#baseUrl).find((cookie) => cookie.key === name)?.value;
	}

	/** When a cookie ends, ms since the epoch; `undefined` for those without an end, as the user's own. */
	expiryOf(name: string): number | undefined {
		const cookie = this.jar.getCookiesSync(this.#baseUrl).find(({ key }) => key === name);
		const at = cookie?.expiryTime();
		return at !== undefined && Number.isFinite(at) ? at : undefined;
	}

	/** Forgets one cookie, wherever it was set. */
	async forget(name: string): Promise<void> {
		const { store } = this.jar;
		for (const cookie of this.jar.getCookiesSync(this.#baseUrl)) {
			if (cookie.key === name) await store.removeCookie(cookie.domain ?? "", cookie.path ?? "/", name);
		}
	}
}

import type { IdentityCookies } from "../net/index.ts";
import { expiryInHeader, hasLogin, loginCookies } from "./login-cookie.ts";

/** `expired`: the user's cookie had a login, and it has ended, so the session is anonymous now. */
export type LoginStatus = "anonymous" | "logged_in" | "expired";

export interface LoginState {
	status: LoginStatus;
	/** End of the login, ms since the epoch, if known. */
	expiresAt?: number;
	/** Time when a page last showed whether the upstream treats the session as logged in, ms since the epoch. */
	seenAt?: number;
}

export interface LoginWatchOptions {
	/** The user's own `Cookie` header. */
	cookie: string | undefined;
	/** End of its login, ms since the epoch, if the user knows it. */
	expiresAt: number | undefined;
	/** Cookies that the upstream has set since. */
	cookies: IdentityCookies;
	now: () => number;
}

/**
 * Determines whether an identity is logged in from the user's cookie and its expiry, cookies that the upstream sets,
 * and the visitor that its pages name. It only observes: it neither renews a login nor logs in.
 */
export class LoginWatch {
	readonly #options: LoginWatchOptions;
	readonly #given: boolean;
	/** End of the login by the upstream's cookies. */
	#expiresAt: number | undefined;
	#cookieGone = false;
	#page: { loggedIn: boolean; at: number } | undefined;

	constructor(options: LoginWatchOptions) {
		this.#options = options;
		this.#given = hasLogin(options.cookie);
		this.#expiresAt = options.expiresAt ?? expiryInHeader(options.cookie);
	}

	state(): LoginState {
		const seen = this.#page && { seenAt: this.#page.at };
		if (!this.#given) return { status: "anonymous", ...seen };
		const { page, expiresAt } = { page: this.#page, expiresAt: this.#expiresAt };
		// A page that still shows the login after the date is more reliable than the date.
		const outlived = expiresAt !== undefined && page?.loggedIn === true && page.at >= expiresAt;
		const over = expiresAt !== undefined && this.#options.now() >= expiresAt && !outlived;
		const expired = over || this.#cookieGone || page?.loggedIn === false;
		return {
			status: expired ? "expired" : "logged_in",
			...(expiresAt !== undefined && !outlived && { expiresAt }),
			...seen,
		};
	}

	/** Records a page. @param loggedIn whether it treats us as logged in; `undefined` if it doesn't say */
	sawPage(loggedIn: boolean | undefined): void {
		if (!this.#given) return;
		if (loggedIn !== undefined) this.#page = { loggedIn, at: this.#options.now() };
		const { cookies } = this.#options;
		const kept = loginCookies.filter((name) => cookies.get(name));
		this.#cookieGone = kept.length === 0;
		const ends = kept.map((name) => cookies.expiryOf(name)).filter((at) => at !== undefined);
		if (ends.length > 0) this.#expiresAt = Math.min(...ends);
	}
}

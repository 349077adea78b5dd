import type { IdentityCookies } from "../net/index.ts";
import { expiryInHeader, hasLogin, loginCookies } from "./login-cookie.ts";

/** `expired`: the user's cookie is of a login, and it has ended: the session is an anonymous one now. */
export type LoginStatus = "anonymous" | "logged_in" | "expired";

export interface LoginState {
	status: LoginStatus;
	/** When the login ends or has ended, ms since the epoch, where somebody said so. */
	expiresAt?: number;
	/** When a page last told whether the upstream takes the session for a logged-in one, ms since the epoch. */
	seenAt?: number;
}

export interface LoginWatchOptions {
	/** The user's own `Cookie` header. */
	cookie: string | undefined;
	/** When its login ends, where the user knows, ms since the epoch. */
	expiresAt: number | undefined;
	/** What the upstream has set since. */
	cookies: IdentityCookies;
	now: () => number;
}

/**
 * Whether an identity is logged in, by what is known: the user's cookie and how long it lasts, cookies that the upstream
 * sets, and whom its pages take us for. It only looks: nothing is renewed, and nobody logged in.
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
		// A page that still knows us after the date knows better than the date.
		const outlived = expiresAt !== undefined && page?.loggedIn === true && page.at >= expiresAt;
		const over = expiresAt !== undefined && this.#options.now() >= expiresAt && !outlived;
		const expired = over || this.#cookieGone || page?.loggedIn === false;
		return {
			status: expired ? "expired" : "logged_in",
			...(expiresAt !== undefined && !outlived && { expiresAt }),
			...seen,
		};
	}

	/** A page has come. @param loggedIn whom it takes us for; `undefined` where it doesn't say */
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

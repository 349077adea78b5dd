import { orAbort } from "../clock.ts";
import type { HttpClient } from "../net/index.ts";
import type { SiteProfile } from "../site-profile/index.ts";
import { refusalOf, unreadable } from "./refusals.ts";

const cookieName = "ttwid";
const nonceName = "__ac_nonce";

/** Stores the visitor cookie that the site gave, across restarts. */
export interface VisitorMemory {
	/** Returns the cookie; `undefined` if there is none. */
	read(): string | undefined;
	/** @param value `undefined` if the site no longer accepts the cookie */
	write(value: string | undefined): void;
}

/**
 * Ensures that the identity has a visitor cookie (`ttwid`). All rooms of an upstream share it: the first room that
 * needs it fetches it, and the others wait for the same answer.
 */
export class VisitorCookie {
	readonly #http: HttpClient;
	readonly #baseUrl: string;
	readonly #now: () => number;
	readonly #profile: () => SiteProfile;
	readonly #memory: VisitorMemory | undefined;
	readonly #onHomePage: () => void;
	/** Whether the cookie came from the upstream, not from the user. */
	#fetched = false;
	#fetching: { done: Promise<void>; stop: AbortController; waiting: number } | undefined;

	/** @param onHomePage called for each request of the home page */
	constructor(
		http: HttpClient,
		baseUrl: string,
		now: () => number,
		profile: () => SiteProfile,
		memory?: VisitorMemory,
		onHomePage: () => void = () => undefined,
	) {
		this.#http = http;
		this.#baseUrl = baseUrl;
		this.#now = now;
		this.#profile = profile;
		this.#memory = memory;
		this.#onHomePage = onHomePage;
	}

	/** Whether there already is a cookie. */
	get isKnown(): boolean {
		return this.#http.cookies.get(cookieName) !== undefined;
	}

	/**
	 * Resolves when the cookie is there. A caller that aborts stops waiting at once; the request continues for the others
	 * and is abandoned with the last of them.
	 * @throws DouyinError if the upstream gave none; `signal.reason` when aborted
	 */
	async ensure(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.isKnown) return;
		this.#fetching ??= this.#start();
		const fetching = this.#fetching;
		fetching.waiting++;
		try {
			await orAbort(fetching.done, signal);
		} finally {
			if (--fetching.waiting === 0) fetching.stop.abort();
		}
	}

	/** Discards a cookie that the upstream may reject: the next {@link ensure} requests another. Keeps the user's own. */
	async renew(): Promise<void> {
		if (!this.#fetched) return;
		await this.#http.cookies.forget(cookieName);
		this.#memory?.write(undefined);
	}

	#start() {
		const stop = new AbortController();
		const fetching = { done: this.#fetch(stop.signal), stop, waiting: 0 };
		const forget = () => {
			if (this.#fetching === fetching) this.#fetching = undefined;
		};
		fetching.done.then(forget, forget);
		stop.signal.addEventListener("abort", forget, { once: true });
		return fetching;
	}

	async #fetch(signal: AbortSignal): Promise<void> {
		const what = "The home page";
		// The first answer may only set a nonce; the second, sent with it, sets the cookie.
		for (let attempt = 1; ; attempt++) {
			this.#onHomePage();
			const answer = await this.#http.request({ url: `${this.#baseUrl}/`, what, signal });
			const value = this.#http.cookies.get(cookieName);
			if (value !== undefined) {
				this.#fetched = true;
				this.#memory?.write(value);
				return;
			}
			const { status } = answer;
			if (status < 400 && attempt === 1 && this.#http.cookies.get(nonceName) !== undefined) continue;
			// A known visitor gets no second first state of a broadcast, so a new one is better if the site gives it.
			const known = this.#memory?.read();
			if (known !== undefined) {
				this.#fetched = true;
				await this.#http.cookies.set(cookieName, known);
				return;
			}
			const refusal = refusalOf(this.#profile(), answer, what, this.#now());
			throw refusal ?? unreadable(`${what} set no visitor cookie (${cookieName}).`, status);
		}
	}
}

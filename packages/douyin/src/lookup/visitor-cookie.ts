import { type Clock, orAbort } from "../clock.ts";
import type { DouyinError } from "../errors.ts";
import { type HttpClient, repeatOf } from "../net/index.ts";
import { reconnectDelayMs } from "../reconnect/index.ts";
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
	readonly #clock: Clock;
	readonly #profile: () => SiteProfile;
	readonly #memory: VisitorMemory | undefined;
	readonly #onHomePage: () => void;
	/** Whether the cookie came from the upstream, not from the user. */
	#fetched = false;
	/** Refusals in a row, the newest, and until when nothing more is asked; of `Clock.elapsed`, ms. */
	#refused: { times: number; failure: DouyinError; until: number } | undefined;
	#fetching: { done: Promise<void>; stop: AbortController; waiting: number } | undefined;

	/** @param onHomePage called for each request of the home page */
	constructor(
		http: HttpClient,
		baseUrl: string,
		clock: Clock,
		profile: () => SiteProfile,
		memory?: VisitorMemory,
		onHomePage: () => void = () => undefined,
	) {
		this.#http = http;
		this.#baseUrl = baseUrl;
		this.#clock = clock;
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
	 * and is abandoned with the last of them. After a refusal no room asks before the upstream's `Retry-After` or, without
	 * one, the delay of a reconnect is over: all fail as the first one did.
	 * @throws DouyinError if the upstream gave none; `signal.reason` when aborted
	 */
	async ensure(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.isKnown) return;
		const now = this.#clock.elapsed();
		if (this.#refused && this.#refused.until > now) throw repeatOf(this.#refused.failure, this.#refused.until - now);
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
				this.#refused = undefined;
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
			const refusal = refusalOf(this.#profile(), answer, what, this.#clock.now());
			throw this.#noteRefusal(refusal ?? unreadable(`${what} set no visitor cookie (${cookieName}).`, status));
		}
	}

	#noteRefusal(failure: DouyinError): DouyinError {
		const times = (this.#refused?.times ?? 0) + 1;
		const waitMs = Math.max(failure.retryAfterMs ?? 0, reconnectDelayMs(times));
		this.#refused = { times, failure, until: this.#clock.elapsed() + waitMs };
		return failure;
	}
}

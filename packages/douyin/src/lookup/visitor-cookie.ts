import { DouyinError } from "../errors.ts";
import { failureOfStatus, type HttpClient } from "../net/index.ts";
import { orAbort } from "../or-abort.ts";
import { looksLikeCaptcha } from "./room-page.ts";

const cookieName = "ttwid";
const nonceName = "__ac_nonce";

/**
 * Ensures that the identity has a visitor cookie (`ttwid`). All rooms of an upstream share it: the room that needs it
 * first fetches it, and the others wait for the same answer.
 */
export class VisitorCookie {
	readonly #http: HttpClient;
	readonly #baseUrl: string;
	readonly #now: () => number;
	/** The cookie came from the upstream, not from the user. */
	#fetched = false;
	#fetching: { done: Promise<void>; stop: AbortController; waiting: number } | undefined;

	constructor(http: HttpClient, baseUrl: string, now: () => number) {
		this.#http = http;
		this.#baseUrl = baseUrl;
		this.#now = now;
	}

	/**
	 * Resolves when the cookie is there. A caller that aborts stops waiting at once; the request goes on for the others
	 * and is given up with the last of them.
	 * @throws DouyinError when the upstream gave none; `signal.reason` when aborted
	 */
	async ensure(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.#http.cookies.get(cookieName) !== undefined) return;
		this.#fetching ??= this.#start();
		const fetching = this.#fetching;
		fetching.waiting++;
		try {
			await orAbort(fetching.done, signal);
		} finally {
			if (--fetching.waiting === 0) fetching.stop.abort();
		}
	}

	/** The upstream may no longer accept the cookie: the next {@link ensure} asks for another. The user's own is kept. */
	async renew(): Promise<void> {
		if (this.#fetched) await this.#http.cookies.forget(cookieName);
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
			const answer = await this.#http.request({ url: `${this.#baseUrl}/`, what, signal });
			if (this.#http.cookies.get(cookieName) !== undefined) {
				this.#fetched = true;
				return;
			}
			const failure = failureOfStatus(answer.status, answer.headers, what, this.#now());
			if (failure) throw failure;
			if (attempt === 1 && this.#http.cookies.get(nonceName) !== undefined) continue;
			if (looksLikeCaptcha(answer.body.toString())) {
				throw new DouyinError("blocked", `${what} asks for a captcha.`, {
					status: answer.status,
					upstreamMessage: "captcha",
				});
			}
			throw new DouyinError("unreadable_page", `${what} set no visitor cookie (${cookieName}).`, {
				status: answer.status,
			});
		}
	}
}

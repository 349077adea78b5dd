/** How the site answers an address that has sent too many requests. */
export type RefusalSign =
	/** A slider: a page with HTTP 200, or for a JSON call a header and an empty body. */
	| "captcha"
	/** HTTP 444 without a body. */
	| "444";

/** A limit on the requests of one address within a sliding window. */
export interface SiteWindow {
	/** Length of the window, ms. */
	ms: number;
	/** Maximum number of requests in the window; one more bans. */
	max: number;
	/** Length of the ban, ms. */
	banMs: number;
	/** Whether each request during the ban restarts it: such a ban ends only for an address that is quiet. */
	untilQuiet: boolean;
	sign: RefusalSign;
}

export interface Ban {
	/** End time, ms on the budget's own time axis. */
	until: number;
	sign: RefusalSign;
}

interface ActiveBan extends Ban {
	/** Time for which each further request extends it, from that request on, ms; 0 for none. */
	renewMs: number;
}

/**
 * Counts the requests of one address for calls that share a limit, and decides on bans. Pure: the caller passes the
 * time, in ms that never run backwards.
 *
 * A request during a ban counts as well. The strictest of several bans that begin at once wins.
 */
export class SiteBudget {
	readonly #windows: readonly SiteWindow[];
	/** Maximum number of stored times: more than the largest window allows decide nothing. */
	readonly #maxKept: number;
	#times: number[] = [];
	#ban: ActiveBan | undefined;
	#asked = 0;
	#bans = 0;

	/** @param windows none for a site that never bans by number */
	constructor(windows: readonly SiteWindow[]) {
		this.#windows = windows;
		this.#maxKept = windows.reduce((max, window) => Math.max(max, window.max + 1), 0);
	}

	/** Number of requests since the beginning, including refused ones. */
	get asked(): number {
		return this.#asked;
	}

	/** Number of bans since the beginning. */
	get bans(): number {
		return this.#bans;
	}

	/** Counts a request. @returns the ban that applies to it, including one that it causes */
	ask(now: number): Ban | undefined {
		this.#asked++;
		if (this.#maxKept > 0) this.#remember(now);
		const met = this.banAt(now);
		if (this.#ban && met && this.#ban.renewMs > 0) this.#ban.until = Math.max(met.until, now + this.#ban.renewMs);
		for (const window of this.#windows) {
			const { max, banMs, sign, untilQuiet } = window;
			if (this.used(window, now) <= max || now + banMs <= (this.#ban?.until ?? now)) continue;
			this.#ban = { until: now + banMs, sign, renewMs: untilQuiet ? banMs : 0 };
		}
		const ban = this.banAt(now);
		if (ban && !met) this.#bans++;
		return ban;
	}

	/** Returns the ban that applies at a moment. */
	banAt(now: number): Ban | undefined {
		return this.#ban && now < this.#ban.until ? this.#ban : undefined;
	}

	/** Bans the address, whatever it has requested. */
	ban(now: number, forMs: number, sign: RefusalSign): void {
		if (!this.banAt(now)) this.#bans++;
		this.#ban = { until: now + forMs, sign, renewMs: 0 };
	}

	/** Ends the ban and forgets the requests, as when a person has solved the slider. */
	lift(): void {
		this.#ban = undefined;
		this.#times = [];
	}

	/** Returns the number of requests in a window at a moment, at most one more than it allows. */
	used({ ms, max }: SiteWindow, now: number): number {
		let count = 0;
		for (let i = this.#times.length - 1; i >= 0 && (this.#times[i] ?? 0) > now - ms && count <= max; i--) count++;
		return count;
	}

	#remember(now: number): void {
		this.#times.push(now);
		// Only now and then: to cut one off each time would move all the others.
		if (this.#times.length >= 2 * this.#maxKept) this.#times = this.#times.slice(-this.#maxKept);
	}
}

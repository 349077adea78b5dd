import type { Clock } from "@livekeeper/douyin";

export interface LoginEnd {
	/** End of the login, ms since the epoch. */
	endsAt: number;
	/** Whether pages announce the end, in a `Set-Cookie`. */
	announced: boolean;
}

/** The site's logins: any `sessionid` is one, without end, unless an end was set. */
export class Logins {
	readonly #clock: Clock;
	readonly #ends = new Map<string, LoginEnd>();
	readonly #follows = new Map<string, ReadonlySet<string>>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Lists the logins with an end, past or future. */
	list(): ({ session: string; ended: boolean } & LoginEnd)[] {
		return Array.from(this.#ends, ([session, end]) => ({ session, ...end, ended: this.#over(end) }));
	}

	/** Ends a login after `inMs`; open sockets keep their view. */
	end(session: string, inMs = 0, announced = false): LoginEnd {
		const end = { endsAt: this.#clock.now() + inMs, announced };
		this.#ends.set(session, end);
		return end;
	}

	/** Restores a login, without end. */
	restore(session: string): void {
		this.#ends.delete(session);
	}

	/** Makes an account follow the anchors of these rooms, by live id, and no others. */
	follow(session: string, liveIds: readonly string[]): void {
		this.#follows.set(session, new Set(liveIds));
	}

	/** Returns the live ids of the rooms whose anchors an account follows; none at first. */
	follows(session: string): ReadonlySet<string> {
		return this.#follows.get(session) ?? new Set();
	}

	/** Whether cookies belong to an account that is logged in: others receive no gifts. */
	holds(cookies: ReadonlyMap<string, string>): boolean {
		const session = cookies.get("sessionid");
		if (!session) return false;
		const end = this.#ends.get(session);
		return !end || !this.#over(end);
	}

	/** Returns a page's `Set-Cookie` about the login's end: a date, or the removal of the cookie. */
	setCookie(cookies: ReadonlyMap<string, string>): string | undefined {
		const session = cookies.get("sessionid") ?? "";
		const end = this.#ends.get(session);
		if (!end?.announced) return undefined;
		const seconds = Math.max(0, Math.ceil((end.endsAt - this.#clock.now()) / 1000));
		return `sessionid=${seconds > 0 ? session : ""}; Path=/; Max-Age=${seconds}; HttpOnly`;
	}

	#over({ endsAt }: LoginEnd): boolean {
		return this.#clock.now() >= endsAt;
	}
}

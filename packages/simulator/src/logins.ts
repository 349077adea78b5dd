import type { Clock } from "@livekeeper/douyin";

export interface LoginEnd {
	/** ms since the epoch. */
	endsAt: number;
	/** Pages say when it ends, in a `Set-Cookie`. */
	announced: boolean;
}

/** The site's logins: any `sessionid` is one, for ever, unless it was said to end. */
export class Logins {
	readonly #clock: Clock;
	readonly #ends = new Map<string, LoginEnd>();
	readonly #follows = new Map<string, ReadonlySet<string>>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** The logins that end, or have ended. */
	list(): ({ session: string; ended: boolean } & LoginEnd)[] {
		return Array.from(this.#ends, ([session, end]) => ({ session, ...end, ended: this.#over(end) }));
	}

	/** Ends a login after `inMs`; sockets that are open keep the view that they have. */
	end(session: string, inMs = 0, announced = false): LoginEnd {
		const end = { endsAt: this.#clock.now() + inMs, announced };
		this.#ends.set(session, end);
		return end;
	}

	/** A login holds again, for ever. */
	restore(session: string): void {
		this.#ends.delete(session);
	}

	/** Makes an account follow the anchors of these rooms, by live id, and no others. */
	follow(session: string, liveIds: readonly string[]): void {
		this.#follows.set(session, new Set(liveIds));
	}

	/** Live ids of the rooms whose anchors an account follows; at first none. */
	follows(session: string): ReadonlySet<string> {
		return this.#follows.get(session) ?? new Set();
	}

	/** Whether cookies are of an account that is logged in: others get no gifts. */
	holds(cookies: ReadonlyMap<string, string>): boolean {
		const session = cookies.get("sessionid");
		if (!session) return false;
		const end = this.#ends.get(session);
		return !end || !this.#over(end);
	}

	/** What a page says of the login's end: a date, or that the cookie is to go. */
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

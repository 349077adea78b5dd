import type { Clock } from "@livekeeper/douyin";
import { SimulatorError } from "./errors.ts";
import type { Broadcast } from "./rooms/broadcast.ts";
import type { MessageFilter } from "./rooms/message-filter.ts";

interface LoginEnd {
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

/** Name of the identity of all sessions without a login. */
export const anonymous = "anonymous";

export type GiftRule = "all" | "none" | `first:${number}`;
export type MessageRule = "all" | "none" | `sampled:${number}`;

/** A time in which an identity receives nothing, in any room. */
export interface RiskControl {
	/** Applies while its sockets are in more rooms than this. */
	maxRooms?: number | undefined;
	/** Applies by itself after each interval, ms, counted from when it was set. */
	everyMs?: number | undefined;
	/** Duration, ms; with `maxRooms` it applies again while there are too many rooms. */
	forMs: number;
}

/** How the site treats an identity. */
export interface IdentityRules {
	/** `first:n`: n gift messages after each connect, then none. Default `all`, for anonymous sessions `none`. */
	gifts?: GiftRule | undefined;
	/** `sampled:p`: each message with the probability p, always the same ones. Default `all`. */
	messages?: MessageRule | undefined;
	/** `null` removes it. */
	riskControl?: RiskControl | null | undefined;
}

/** How logins without rules of their own are treated. */
export type IdentityDefaults = Pick<IdentityRules, "gifts" | "messages">;

export interface IdentityInfo {
	identity: string;
	gifts: GiftRule;
	messages: MessageRule;
	riskControl: RiskControl | undefined;
	/** End of the time without messages, ms since the epoch; `undefined` while messages arrive. */
	underRiskControlUntil: number | undefined;
	/** Number of rooms that its sockets are in. */
	rooms: number;
}

/** Current sessions, by room. */
interface Session {
	identity: string;
	broadcast: Broadcast;
}

interface Entry {
	gifts?: GiftRule;
	messages?: MessageRule;
	risk?: RiskControl & { since: number };
	riskUntil: number;
	/** Number of sockets in each room, by live id. */
	readonly sockets: Map<string, number>;
	/** Number of gift messages fetched without a socket, by room id. */
	readonly fetched: Map<string, number>;
}

/** Rules of identities: a login by its `sessionid`, and all sessions without one together. */
export class Identities {
	readonly #clock: Clock;
	readonly #logins: Logins;
	readonly #others: IdentityDefaults;
	readonly #entries = new Map<string, Entry>();

	/**
	 * @param others how logins without rules of their own are treated
	 * @throws SimulatorError `bad_identity`
	 */
	constructor(clock: Clock, logins: Logins, others: IdentityDefaults = {}) {
		checkRules(others);
		this.#others = others;
		this.#clock = clock;
		this.#logins = logins;
	}

	/** Returns the identity of a session. */
	of(cookies: ReadonlyMap<string, string>): string {
		return this.#logins.holds(cookies) ? (cookies.get("sessionid") ?? anonymous) : anonymous;
	}

	/**
	 * Changes how the site treats an identity, at once also on open sockets; rules that are left out stay.
	 *
	 * @throws SimulatorError `bad_identity`
	 */
	set(identity: string, change: IdentityRules): IdentityInfo {
		checkRules(change);
		const entry = this.#entry(identity);
		if (change.gifts !== undefined) entry.gifts = change.gifts;
		if (change.messages !== undefined) entry.messages = change.messages;
		if (change.riskControl === null) delete entry.risk;
		else if (change.riskControl) entry.risk = { ...change.riskControl, since: this.#clock.now() };
		return this.info(identity);
	}

	/** Puts an identity under risk control for `forMs`; 0 ends it. */
	burn(identity: string, forMs: number): IdentityInfo {
		this.#entry(identity).riskUntil = this.#clock.now() + forMs;
		return this.info(identity);
	}

	/** Removes an identity's own rules. */
	reset(identity: string): void {
		const entry = this.#entries.get(identity);
		if (!entry) return;
		delete entry.gifts;
		delete entry.messages;
		delete entry.risk;
		entry.riskUntil = 0;
	}

	info(identity: string): IdentityInfo {
		const entry = this.#entries.get(identity);
		const until = entry ? this.#riskUntil(entry) : 0;
		return {
			identity,
			...this.#rulesOf(identity, entry),
			riskControl: entry?.risk,
			underRiskControlUntil: until > this.#clock.now() ? until : undefined,
			rooms: entry?.sockets.size ?? 0,
		};
	}

	/** Lists the identities that connected, or have rules of their own. */
	list(): IdentityInfo[] {
		return Array.from(this.#entries.keys(), (identity) => this.info(identity));
	}

	/** Records an opened socket. @returns a function to call when it is closed */
	cameIn({ identity, broadcast }: Session): () => void {
		const { sockets } = this.#entry(identity);
		const { liveId } = broadcast;
		sockets.set(liveId, (sockets.get(liveId) ?? 0) + 1);
		return () => {
			const left = (sockets.get(liveId) ?? 1) - 1;
			if (left > 0) sockets.set(liveId, left);
			else sockets.delete(liveId);
		};
	}

	/**
	 * Returns the messages that a session receives now. @param given number of gift messages received since it connected
	 */
	filter({ identity, broadcast }: Session, given: number): MessageFilter {
		const entry = this.#entries.get(identity);
		const burning = entry !== undefined && this.#riskUntil(entry) > this.#clock.now();
		const { gifts, messages } = this.#rulesOf(identity, entry, broadcast.giftsForAll);
		return { gifts: Math.max(0, maxOf(gifts) - given), messages: burning ? 0 : shareOf(messages), sample: identity };
	}

	/**
	 * Returns the messages that a session without a socket receives now: an identity's fetches in a broadcast are one.
	 */
	fetchFilter(session: Session): MessageFilter {
		return this.filter(session, this.#entries.get(session.identity)?.fetched.get(session.broadcast.roomId) ?? 0);
	}

	/** Records that a session without a socket received more gift messages. */
	fetched({ identity, broadcast }: Session, gifts: number): void {
		if (gifts === 0) return;
		const { fetched } = this.#entry(identity);
		fetched.set(broadcast.roomId, (fetched.get(broadcast.roomId) ?? 0) + gifts);
	}

	#rulesOf(
		identity: string,
		entry: Entry | undefined,
		giftsForAll = false,
	): { gifts: GiftRule; messages: MessageRule } {
		const others: IdentityDefaults = identity === anonymous ? { gifts: giftsForAll ? "all" : "none" } : this.#others;
		return {
			gifts: entry?.gifts ?? others.gifts ?? "all",
			messages: entry?.messages ?? others.messages ?? "all",
		};
	}

	#riskUntil(entry: Entry): number {
		const now = this.#clock.now();
		const { risk, sockets } = entry;
		if (!risk || entry.riskUntil > now) return entry.riskUntil;
		if (risk.maxRooms !== undefined && sockets.size > risk.maxRooms) entry.riskUntil = now + risk.forMs;
		if (risk.everyMs !== undefined) {
			const into = (now - risk.since) % (risk.everyMs + risk.forMs);
			if (into >= risk.everyMs) entry.riskUntil = now + risk.everyMs + risk.forMs - into;
		}
		return entry.riskUntil;
	}

	#entry(identity: string): Entry {
		let entry = this.#entries.get(identity);
		if (!entry) {
			entry = { riskUntil: 0, sockets: new Map(), fetched: new Map() };
			this.#entries.set(identity, entry);
		}
		return entry;
	}
}

const giftPattern = /^(all|none|first:(\d{1,9}))$/;
const messagePattern = /^(all|none|sampled:(0|1|0?\.\d{1,9}))$/;

function maxOf(rule: GiftRule): number {
	if (rule === "all") return Number.POSITIVE_INFINITY;
	return rule === "none" ? 0 : Number(rule.slice("first:".length));
}

function shareOf(rule: MessageRule): number {
	if (rule === "all") return 1;
	return rule === "none" ? 0 : Number(rule.slice("sampled:".length));
}

function checkRules({ gifts, messages, riskControl }: IdentityRules): void {
	if (gifts !== undefined && !giftPattern.test(gifts)) {
		throw badIdentity(`"gifts" is "all", "none" or "first:" and a whole number, not ${JSON.stringify(gifts)}.`);
	}
	if (messages !== undefined && !messagePattern.test(messages)) {
		throw badIdentity(
			`"messages" is "all", "none" or "sampled:" and a number from 0 to 1, not ${JSON.stringify(messages)}.`,
		);
	}
	if (riskControl && riskControl.maxRooms === undefined && riskControl.everyMs === undefined) {
		throw badIdentity('Risk control needs "max_rooms" or "every_ms": when it comes.');
	}
}

function badIdentity(message: string): SimulatorError {
	return new SimulatorError("bad_identity", message);
}

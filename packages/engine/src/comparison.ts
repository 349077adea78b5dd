import { isId, keyOfStreak, type UpstreamEvent } from "@livekeeper/douyin";

/**
 * Time after a thing last arrived until it is counted, ms: by then every connection has brought it, or is known to be
 * lost.
 */
const settleMs = 60_000;
/** Maximum number of keys of things that wait to be counted; beyond it the oldest is counted early. */
const maxPending = 4_096;

/** One connection's part of everything received. */
interface Part {
	/** Amount it brought. */
	brought: number;
	/** Amount of that which no other connection brought. */
	only: number;
	/** Amount that others brought while it was connected. */
	others: number;
	/** Amount of that which it brought as well. */
	shared: number;
	/** Number of things that others brought and it did not, since it last brought one in common. */
	missedInARow: number;
}

interface Thing {
	/** Keys, any of which identifies it. */
	readonly keys: readonly string[];
	/** Time of its first arrival; `last`: of its last, ms. */
	readonly from: number;
	at: number;
	/** Amounts by connection. */
	readonly amounts: number[];
}

/** Returns the time since when a connection has been open, ms; `Infinity` if it is not. */
type StandsSince = (source: number) => number;

/** Totals how much of the same things each of several connections brought. */
class Overlap {
	/** Things by each of their keys, in the order of their last arrival. */
	readonly #pending = new Map<string, Thing>();
	readonly #parts: Part[] = [];
	readonly #standsSince: StandsSince;
	/** Amount that all connections brought together. */
	total = 0;

	constructor(standsSince: StandsSince) {
		this.#standsSince = standsSince;
	}

	part(source: number): Part {
		for (let i = this.#parts.length; i <= source; i++) {
			this.#parts.push({ brought: 0, only: 0, others: 0, shared: 0, missedInARow: 0 });
		}
		return this.#parts[source] as Part;
	}

	/**
	 * Records that a connection has brought a thing, or more of it.
	 * @param source from 0
	 * @param keys identify it; one of them is enough
	 * @param amount its total amount so far
	 */
	add(source: number, keys: readonly string[], amount: number, now: number): void {
		const known = this.#find(keys);
		const thing = known ?? { keys, from: now, at: now, amounts: [] };
		if (!known) this.#append(thing);
		else if (amount > largestOf(known.amounts)) {
			// More of it arrived, so the other connections get as much time to bring that as well.
			this.#delete(thing);
			this.#append(thing);
			thing.at = now;
		}
		thing.amounts[source] = Math.max(thing.amounts[source] ?? 0, amount);
		// A new connection is compared as well.
		this.part(source);
		this.settle(now);
	}

	/** Counts things that no connection can bring any more. @param now `Infinity`: everything */
	settle(now: number): void {
		for (const thing of this.#pending.values()) {
			if (thing.at + settleMs > now && this.#pending.size <= maxPending) return;
			this.#delete(thing);
			this.#count(thing);
		}
	}

	#find(keys: readonly string[]): Thing | undefined {
		for (const key of keys) {
			const thing = this.#pending.get(key);
			if (thing) return thing;
		}
		return undefined;
	}

	#append(thing: Thing): void {
		for (const key of thing.keys) this.#pending.set(key, thing);
	}

	#delete({ keys }: Thing): void {
		for (const key of keys) this.#pending.delete(key);
	}

	#count({ from, amounts }: Thing): void {
		this.total += largestOf(amounts);
		for (const [source, part] of this.#parts.entries()) {
			const own = amounts[source] ?? 0;
			const others = largestOf(amounts, source);
			part.brought += own;
			part.only += Math.max(0, own - others);
			// A connection could not receive things from before it was open, or around its loss.
			if (others === 0 || this.#standsSince(source) > from) continue;
			part.others += others;
			part.shared += Math.min(own, others);
			part.missedInARow = own > 0 ? 0 : part.missedInARow + 1;
		}
	}
}

function largestOf(amounts: readonly number[], beside?: number): number {
	let highest = 0;
	for (let i = 0; i < amounts.length; i++) if (i !== beside) highest = Math.max(highest, amounts[i] ?? 0);
	return highest;
}

/** Time after a connection's opening in which it may miss messages already on their way, ms. */
const graceMs = 2_000;
/**
 * Minimum that others must bring while a connection is open before its coverage is reported: messages, and diamonds.
 */
const min = { messages: 50, diamonds: 1 } as const;

/** One connection compared with the others of its room, in messages or in diamonds. */
interface Share {
	/** Amount it brought. */
	brought: number;
	/** Amount that only it brought: the room would have missed it otherwise. */
	only: number;
	/** `only` as a share of everything the room received, 0 to 1; `undefined` while it received nothing. */
	gain: number | undefined;
	/** Share of everything that it receives while connected, estimated from what the others receive, 0 to 1. */
	coverage: number | undefined;
	/** Number of latest things in a row that others brought and it did not. */
	missedInARow: number;
	/** Amount that others brought while it was connected. */
	others: number;
}

/** The share of all connections together. */
interface Union {
	/** Amount received over any of them. */
	total: number;
	/** Share of everything that they receive together while all are connected, 0 to 1. */
	coverage: number | undefined;
}

export interface Compared {
	/** Share of the gifts' worth, in diamonds. */
	diamonds: Share;
	messages: Share;
	/** Gifts and streaks of gifts that it brought while there were several connections. */
	gifts: number;
	/** Time for which it was connected meanwhile, ms. */
	stoodMs: number;
}

export interface ComparedAll {
	diamonds: Union;
	messages: Union;
	/** Gifts and streaks of gifts received over any of them. */
	gifts: number;
	/** Start of the comparison, ms. */
	since: number;
	/** Duration of the comparison, ms. */
	forMs: number;
}

interface Overlaps {
	/** Time when the first message was compared, ms. */
	readonly since: number;
	readonly messages: Overlap;
	readonly diamonds: Overlap;
	readonly gifts: Overlap;
}

/**
 * Compares the shares of one broadcast that several connections of a room bring: how much each of them, how much only
 * it, and how much of everything. The amount of everything is unknown; it is estimated from what they have in common. A
 * connection that receives six tenths of everything also receives six tenths of what the others brought. That holds if
 * the losses of one connection are independent of another's; messages that the site shows to none of them cannot be
 * counted, so a coverage is an upper bound. Times are those of `Clock.elapsed`.
 */
export class Comparison {
	#standing: { since: number; stoodMs: number }[] = [];
	/** Set since the first compared message; a room with one connection does not need it. */
	#compared: Overlaps | undefined;

	/** Records that a connection was opened. */
	opened(source: number, now: number): void {
		this.closed(source, now);
		this.#timeOf(source).since = now;
	}

	/** Records that a connection was closed. */
	closed(source: number, now: number): void {
		const standing = this.#timeOf(source);
		standing.stoodMs += this.#standsMs(source, now);
		standing.since = Number.POSITIVE_INFINITY;
	}

	/** Records messages of a connection. @param events events as received, before gifts are counted */
	took(source: number, events: readonly UpstreamEvent[], now: number): void {
		this.#compared ??= this.#begin(now);
		const { messages, gifts, diamonds } = this.#compared;
		for (const event of events) {
			if (isId(event.id)) messages.add(source, keysOf(event), 1, now);
			if (event.type !== "gift") continue;
			const streak = keyOfStreak(event.streakId);
			gifts.add(source, [streak], 1, now);
			diamonds.add(source, [streak], event.count * event.diamondCount, now);
		}
	}

	/** Returns one connection's share; `undefined` before anything was compared. */
	of(source: number, now: number): Compared | undefined {
		const compared = this.#settled(now);
		if (!compared) return undefined;
		return {
			messages: shareOf(compared.messages, source, min.messages),
			diamonds: shareOf(compared.diamonds, source, min.diamonds),
			gifts: compared.gifts.part(source).brought,
			stoodMs: this.#timeOf(source).stoodMs + this.#standsMs(source, now),
		};
	}

	/** Returns the share of all together; `undefined` before anything was compared. */
	all(now: number): ComparedAll | undefined {
		const compared = this.#settled(now);
		if (!compared) return undefined;
		const sources = [...this.#standing.keys()];
		const union = (overlap: Overlap, from: number): Union => {
			const shares = sources.flatMap((source) => coverageOf(overlap.part(source), from) ?? []);
			const coverage = shares.length > 1 ? 1 - shares.reduce((none, share) => none * (1 - share), 1) : undefined;
			return { total: overlap.total, coverage };
		};
		return {
			messages: union(compared.messages, min.messages),
			diamonds: union(compared.diamonds, min.diamonds),
			gifts: compared.gifts.total,
			since: compared.since,
			forMs: now - compared.since,
		};
	}

	/** Starts the comparison; messages of a single connection before are not compared. */
	#begin(since: number): Overlaps {
		for (const standing of this.#standing) {
			if (!standing) continue;
			standing.stoodMs = 0;
			if (standing.since !== Number.POSITIVE_INFINITY) standing.since = Math.max(standing.since, since - graceMs);
		}
		const standsSince = (source: number) => (this.#standing[source]?.since ?? Number.POSITIVE_INFINITY) + graceMs;
		return {
			since,
			messages: new Overlap(standsSince),
			diamonds: new Overlap(standsSince),
			gifts: new Overlap(() => Number.POSITIVE_INFINITY),
		};
	}

	#settled(now: number): Overlaps | undefined {
		const compared = this.#compared;
		for (const overlap of compared ? [compared.messages, compared.diamonds, compared.gifts] : []) overlap.settle(now);
		return compared;
	}

	#standsMs(source: number, now: number): number {
		const { since } = this.#timeOf(source);
		return since === Number.POSITIVE_INFINITY ? 0 : now - Math.max(since, this.#compared?.since ?? since);
	}

	#timeOf(source: number): { since: number; stoodMs: number } {
		for (let i = this.#standing.length; i <= source; i++) {
			this.#standing = this.#standing.concat({ since: Number.POSITIVE_INFINITY, stoodMs: 0 });
		}
		return this.#standing[source] as { since: number; stoodMs: number };
	}
}

/** Returns a message's keys. Either id identifies a message of its kind. */
function keysOf({ method, id, envelopeId }: UpstreamEvent): string[] {
	return envelopeId === undefined ? [`${method} ${id}`] : [`${method} ${id}`, `${method} ${envelopeId}`];
}

function coverageOf({ others, shared }: Part, from: number): number | undefined {
	return others >= from ? shared / others : undefined;
}

function shareOf(overlap: Overlap, source: number, from: number): Share {
	const part = overlap.part(source);
	const { brought, only, others, missedInARow } = part;
	const gain = overlap.total > 0 ? only / overlap.total : undefined;
	return { brought, only, gain, coverage: coverageOf(part, from), missedInARow, others };
}

/**
 * Time after a thing last arrived until it is counted, ms: by then every connection has brought it, or is known to be
 * lost.
 */
const settleMs = 60_000;
/** Maximum number of keys of things that wait to be counted; beyond it the oldest is counted early. */
const maxPending = 4_096;

/** One connection's part of everything received. */
export interface Part {
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
export type StandsSince = (source: number) => number;

/** Totals how much of the same things each of several connections brought. */
export class Overlap {
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

/** How long after it came last a thing is counted, ms: by then every connection has brought it, or is known to be lost. */
const settleMs = 60_000;
/** Maximum number of keys of things that wait to be counted; past it the oldest is counted early. */
const mostPending = 4_096;

/** What one connection brought of all that came. */
export interface Part {
	/** How much it brought. */
	brought: number;
	/** How much of that no other connection brought. */
	only: number;
	/** How much others brought while it was connected. */
	others: number;
	/** How much of that it brought as well. */
	shared: number;
	/** How many things others brought, and it did not, since it last brought one that others brought too. */
	missedInARow: number;
}

interface Thing {
	/** Any of which identifies it. */
	readonly keys: readonly string[];
	/** When it first came, and when it came last, ms. */
	readonly from: number;
	at: number;
	/** Amounts by connection. */
	readonly amounts: number[];
}

/** Since when a connection has been open, ms; `Infinity`: it is not. */
export type StandsSince = (source: number) => number;

/** Adds up how much of the same things each of several connections brought. */
export class Overlap {
	/** Things by each of their keys, in the order in which they last came. */
	readonly #pending = new Map<string, Thing>();
	readonly #parts: Part[] = [];
	readonly #standsSince: StandsSince;
	/** How much all connections brought together. */
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
	 * A connection has brought a thing, or more of it.
	 * @param source from 0
	 * @param keys identify it; one of them is enough
	 * @param amount how much of it by now
	 */
	add(source: number, keys: readonly string[], amount: number, now: number): void {
		const known = this.#find(keys);
		const thing = known ?? { keys, from: now, at: now, amounts: [] };
		if (!known) this.#append(thing);
		else if (amount > most(known.amounts)) {
			// More of it came: the other connections get as long to bring that as well.
			this.#delete(thing);
			this.#append(thing);
			thing.at = now;
		}
		thing.amounts[source] = Math.max(thing.amounts[source] ?? 0, amount);
		// A connection that is new is compared as well.
		this.part(source);
		this.settle(now);
	}

	/** Counts what nobody can bring any more. @param now `Infinity`: all that there is */
	settle(now: number): void {
		for (const thing of this.#pending.values()) {
			if (thing.at + settleMs > now && this.#pending.size <= mostPending) return;
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
		this.total += most(amounts);
		for (const [source, part] of this.#parts.entries()) {
			const own = amounts[source] ?? 0;
			const others = most(amounts, source);
			part.brought += own;
			part.only += Math.max(0, own - others);
			// It could not be shown what came before it was open, or around the time when it was lost.
			if (others === 0 || this.#standsSince(source) > from) continue;
			part.others += others;
			part.shared += Math.min(own, others);
			part.missedInARow = own > 0 ? 0 : part.missedInARow + 1;
		}
	}
}

function most(amounts: readonly number[], beside?: number): number {
	let highest = 0;
	for (let i = 0; i < amounts.length; i++) if (i !== beside) highest = Math.max(highest, amounts[i] ?? 0);
	return highest;
}

import type { Party } from "./reader-budget.ts";

/** A place that is held until it is given back. */
interface Held {
	readonly names: readonly string[];
	/** Takes the place from its holder. Without it, the place is never taken back. */
	readonly cut: (() => void) | undefined;
}

/**
 * A bounded number of places, shared without a fixed quota for each party. The owner may have all that are free. Any
 * other party gets one if its token and its address each hold fewer than are free: one party alone gets half of them,
 * the next half of the rest. If places may be taken back, the greediest address gives one up for a party that has
 * fewer.
 */
export class SharedPlaces {
	readonly #max: number;
	/** Held places, in the order in which they were taken. */
	readonly #held = new Set<Held>();
	readonly #counts = new Map<string, number>();

	constructor(max: number) {
		this.#max = max;
	}

	/** Number of taken places. */
	get taken(): number {
		return this.#held.size;
	}

	/**
	 * Takes a place.
	 * @param cut called if the place is taken back for another party
	 * @returns a function that gives the place back; `undefined` if there is none for that party
	 */
	take(party: Party, cut?: () => void): (() => void) | undefined {
		const names = namesOf(party);
		if (!this.#isFreeFor(names)) {
			const greedier = this.#greedierThan(names);
			if (!greedier) return undefined;
			this.#giveBack(greedier);
			greedier.cut?.();
		}
		const held: Held = { names, cut };
		this.#held.add(held);
		for (const name of names) this.#counts.set(name, this.#count(name) + 1);
		return () => this.#giveBack(held);
	}

	/** Whether `take` would find a place. */
	hasPlaceFor(party: Party): boolean {
		const names = namesOf(party);
		return this.#isFreeFor(names) || this.#greedierThan(names) !== undefined;
	}

	#count(name: string): number {
		return this.#counts.get(name) ?? 0;
	}

	#isFreeFor(names: readonly string[]): boolean {
		const free = this.#max - this.#held.size;
		return free > 0 && names.every((name) => this.#count(name) < free);
	}

	/**
	 * Returns the oldest place of the party with most places, if that party would still have no fewer than the new one.
	 */
	#greedierThan(names: readonly string[]): Held | undefined {
		let max = this.#largest(names) + 1;
		let greediest: Held | undefined;
		for (const held of this.#held) {
			const count = this.#largest(held.names);
			if (held.cut === undefined || count <= max) continue;
			max = count;
			greediest = held;
		}
		return greediest;
	}

	#largest(names: readonly string[]): number {
		return Math.max(0, ...names.map((name) => this.#count(name)));
	}

	#giveBack(held: Held): void {
		if (!this.#held.delete(held)) return;
		for (const name of held.names) {
			const count = this.#count(name) - 1;
			if (count > 0) this.#counts.set(name, count);
			else this.#counts.delete(name);
		}
	}
}

/** Names that a party is counted by; none for the owner. */
function namesOf({ who, network }: Party): string[] {
	if (who === "owner") return [];
	return who.startsWith("token ") ? [who, network] : [network];
}

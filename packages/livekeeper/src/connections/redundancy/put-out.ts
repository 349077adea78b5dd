import { isId } from "@livekeeper/douyin";

/** So many messages are remembered: as many as a room remembers to leave out repeats. */
const mostRemembered = 4096;

interface Sighting {
	at: number;
	/** One bit for each leg that has brought the message. */
	legs: number;
}

/** The newest messages that were put out, when, and which legs have brought them. */
export class PutOut {
	/** In the order in which they were put out. */
	readonly #sightings = new Map<string, Sighting>();
	readonly #brought: number[];
	#total = 0;
	#newest: string | undefined;

	constructor(legs: number) {
		this.#brought = Array.from({ length: legs }, () => 0);
	}

	get total(): number {
		return this.#total;
	}

	/** The id of the last message that has one. */
	get newest(): string | undefined {
		return this.#newest;
	}

	has(id: string): boolean {
		return this.#sightings.has(id);
	}

	/** When it was put out, ms; `undefined` for what is not remembered. */
	timeOf(id: string): number | undefined {
		return this.#sightings.get(id)?.at;
	}

	/** How many of all that was put out this leg has brought as well. */
	broughtBy(leg: number): number {
		return this.#brought[leg] ?? 0;
	}

	add(id: string, leg: number, now: number): void {
		this.#total++;
		this.#count(leg);
		if (!isId(id)) return;
		this.#newest = id;
		this.#sightings.set(id, { at: now, legs: 1 << leg });
		if (this.#sightings.size > mostRemembered) {
			for (const oldest of this.#sightings.keys()) {
				this.#sightings.delete(oldest);
				break;
			}
		}
	}

	/** The leg brings what was put out before; a second time counts for nothing. */
	again(id: string, leg: number): void {
		const sighting = this.#sightings.get(id);
		if (!sighting || (sighting.legs & (1 << leg)) !== 0) return;
		sighting.legs |= 1 << leg;
		this.#count(leg);
	}

	#count(leg: number): void {
		this.#brought[leg] = this.broughtBy(leg) + 1;
	}
}

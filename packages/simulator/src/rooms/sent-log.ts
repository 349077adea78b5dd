/** A message that was never written to a client. */
const never = 0;

/**
 * Every message a room has produced, in order, over all its broadcasts, whether it is a gift, and when it was last
 * written to a client. Kept whole: 17 bytes a message.
 */
export class SentLog {
	#ids = new BigUint64Array(256);
	#gifts = new Uint8Array(256);
	#sentAts = new Float64Array(256);
	#length = 0;
	#sentCount = 0;

	/** Messages produced. */
	get length(): number {
		return this.#length;
	}

	/** Messages that were written to at least one client. */
	get sentCount(): number {
		return this.#sentCount;
	}

	append(id: bigint, gift: boolean): void {
		if (this.#length === this.#ids.length) this.#grow();
		if (gift) this.#gifts[this.#length] = 1;
		this.#ids[this.#length++] = id;
	}

	/** @param at ms since the epoch */
	markSent(index: number, at: number): void {
		if (this.#sentAts[index] === never) this.#sentCount++;
		this.#sentAts[index] = at;
	}

	/** When each message that was written to a client was last, ms since the epoch, by its id (decimal). */
	sentAts(): Map<string, number> {
		const sentAts = new Map<string, number>();
		for (let i = 0; i < this.#length; i++) {
			const at = this.#sentAts[i] ?? never;
			if (at !== never) sentAts.set(String(this.#ids[i]), at);
		}
		return sentAts;
	}

	/** Ids (decimal) in the room's order, each once. @param since how many of them to leave out at the beginning */
	ids(which: "sent" | "generated" | "gifts", since = 0): string[] {
		const ids: string[] = [];
		let skip = since;
		for (let i = 0; i < this.#length; i++) {
			if (which === "sent" && this.#sentAts[i] === never) continue;
			if (which === "gifts" && this.#gifts[i] === 0) continue;
			if (skip > 0) skip--;
			else ids.push(String(this.#ids[i]));
		}
		return ids;
	}

	#grow(): void {
		const ids = new BigUint64Array(this.#ids.length * 2);
		ids.set(this.#ids);
		this.#ids = ids;
		const gifts = new Uint8Array(this.#gifts.length * 2);
		gifts.set(this.#gifts);
		this.#gifts = gifts;
		const sentAts = new Float64Array(this.#sentAts.length * 2);
		sentAts.set(this.#sentAts);
		this.#sentAts = sentAts;
	}
}

/**
 * Every message a room has produced, in order, over all its broadcasts, and whether it was written to a client. Kept
 * whole: 9 bytes a message.
 */
export class SentLog {
	#ids = new BigUint64Array(256);
	#sent = new Uint8Array(256);
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

	append(id: bigint): void {
		if (this.#length === this.#ids.length) this.#grow();
		this.#ids[this.#length++] = id;
	}

	markSent(index: number): void {
		if (this.#sent[index] !== 0) return;
		this.#sent[index] = 1;
		this.#sentCount++;
	}

	/** Ids (decimal) in the room's order, each once. @param since how many of them to leave out at the beginning */
	ids(which: "sent" | "generated", since = 0): string[] {
		const ids: string[] = [];
		let skip = since;
		for (let i = 0; i < this.#length; i++) {
			if (which === "sent" && this.#sent[i] === 0) continue;
			if (skip > 0) skip--;
			else ids.push(String(this.#ids[i]));
		}
		return ids;
	}

	#grow(): void {
		const ids = new BigUint64Array(this.#ids.length * 2);
		ids.set(this.#ids);
		this.#ids = ids;
		const sent = new Uint8Array(this.#sent.length * 2);
		sent.set(this.#sent);
		this.#sent = sent;
	}
}

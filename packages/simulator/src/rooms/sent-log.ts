const sentFlag = 1;
const giftFlag = 2;

/**
 * Every message a room has produced, in order, over all its broadcasts, whether it is a gift, and whether it was written
 * to a client. Kept whole: 9 bytes a message.
 */
export class SentLog {
	#ids = new BigUint64Array(256);
	#flags = new Uint8Array(256);
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
		if (gift) this.#flags[this.#length] = giftFlag;
		this.#ids[this.#length++] = id;
	}

	markSent(index: number): void {
		const flags = this.#flags[index] ?? 0;
		if ((flags & sentFlag) !== 0) return;
		this.#flags[index] = flags | sentFlag;
		this.#sentCount++;
	}

	/** Ids (decimal) in the room's order, each once. @param since how many of them to leave out at the beginning */
	ids(which: "sent" | "generated" | "gifts", since = 0): string[] {
		const ids: string[] = [];
		const wanted = which === "generated" ? 0 : which === "sent" ? sentFlag : giftFlag;
		let skip = since;
		for (let i = 0; i < this.#length; i++) {
			if (((this.#flags[i] ?? 0) & wanted) !== wanted) continue;
			if (skip > 0) skip--;
			else ids.push(String(this.#ids[i]));
		}
		return ids;
	}

	#grow(): void {
		const ids = new BigUint64Array(this.#ids.length * 2);
		ids.set(this.#ids);
		this.#ids = ids;
		const flags = new Uint8Array(this.#flags.length * 2);
		flags.set(this.#flags);
		this.#flags = flags;
	}
}

const minSlots = 8;
/** Maximum share of slots that are filled. */
const maxFilled = 2 / 3;
/** Size of a stored person, bytes. */
const personBytes = 6;

/** A set of people as numbers of 48 bits ({@link personOf}), by open addressing with 8 bytes per slot. */
export class People {
	#slots = new Float64Array(minSlots);
	#size = 0;

	/** @param text returned by `stored` */
	static from(text: string): People {
		const bytes = Buffer.from(text, "base64");
		const people = new People();
		for (let at = 0; at + personBytes <= bytes.length; at += personBytes) people.add(bytes.readUIntLE(at, personBytes));
		return people;
	}

	get size(): number {
		return this.#size;
	}

	/** Memory of the slots, bytes. */
	get bytes(): number {
		return this.#slots.byteLength;
	}

	has(person: number): boolean {
		return this.#slots[this.#slotOf(person)] === person;
	}

	/** @param person from 1 to 2^48 - 1 */
	add(person: number): void {
		const slot = this.#slotOf(person);
		if (this.#slots[slot] === person) return;
		this.#slots[slot] = person;
		this.#size++;
		if (this.#size > this.#slots.length * maxFilled) this.#grow();
	}

	*[Symbol.iterator](): Generator<number, void> {
		for (const person of this.#slots) if (person > 0) yield person;
	}

	stored(): string {
		const bytes = Buffer.allocUnsafe(this.#size * personBytes);
		let end = 0;
		for (const person of this.#slots) if (person > 0) end = bytes.writeUIntLE(person, end, personBytes);
		return bytes.toString("base64");
	}

	#grow(): void {
		const before = this.#slots;
		this.#slots = new Float64Array(2 * before.length);
		for (const person of before) if (person > 0) this.#slots[this.#slotOf(person)] = person;
	}

	/** Returns the slot of the person, or the free slot where it belongs. */
	#slotOf(person: number): number {
		const mask = this.#slots.length - 1;
		let slot = (person % 0x7fffffff) & mask;
		for (;;) {
			const found = this.#slots[slot];
			if (found === person || found === 0) return slot;
			slot = (slot + 1) & mask;
		}
	}
}

/** The last ids that were seen, at most `limit` of them. */
export class RecentIds {
	readonly #limit: number;
	readonly #ids = new Set<string>();

	constructor(limit: number) {
		this.#limit = limit;
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	/** Whether the id is new; remembers it. */
	add(id: string): boolean {
		if (this.#ids.has(id)) return false;
		this.#ids.add(id);
		if (this.#ids.size > this.#limit) {
			const [oldest] = this.#ids;
			if (oldest !== undefined) this.#ids.delete(oldest);
		}
		return true;
	}
}

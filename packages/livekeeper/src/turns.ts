/** Has what is asked for under one name done one after the other, however what came before has ended. */
export class Turns {
	readonly #last = new Map<string, Promise<unknown>>();

	/** @param name work under another name does not wait for it */
	take<T>(work: () => Promise<T>, name = ""): Promise<T> {
		const turn = (this.#last.get(name) ?? Promise.resolve()).then(work);
		// The caller hears of a failure; the next in turn only waits for the end.
		const over: Promise<unknown> = turn
			.catch(() => undefined)
			.then(() => {
				if (this.#last.get(name) === over) this.#last.delete(name);
			});
		this.#last.set(name, over);
		return turn;
	}

	/** Under which something is under way. */
	names(): string[] {
		return [...this.#last.keys()];
	}

	/** Resolves once what was asked for has ended. */
	async settled(): Promise<void> {
		await Promise.all(this.#last.values());
	}
}

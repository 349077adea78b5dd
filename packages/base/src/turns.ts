/** Runs work under one name in order, each after the end of the one before, successful or not. */
export class Turns {
	readonly #last = new Map<string, Promise<unknown>>();

	/** @param name work under another name does not wait for it */
	take<T>(work: () => Promise<T>, name = ""): Promise<T> {
		const turn = (this.#last.get(name) ?? Promise.resolve()).then(work);
		// The caller receives a failure; the next in turn only waits for the end.
		const over: Promise<unknown> = turn
			.catch(() => undefined)
			.then(() => {
				if (this.#last.get(name) === over) this.#last.delete(name);
			});
		this.#last.set(name, over);
		return turn;
	}

	/** Names with running work. */
	names(): string[] {
		return [...this.#last.keys()];
	}

	/** Resolves once the requested work has ended. */
	async settled(): Promise<void> {
		await Promise.all(this.#last.values());
	}
}

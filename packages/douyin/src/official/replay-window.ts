/** Remembers callbacks accepted within a time window, so that none is accepted twice. */
export class ReplayWindow {
	readonly #windowMs: number;
	/** Times by signature, in order of acceptance. */
	readonly #taken = new Map<string, number>();

	/** @param windowMs maximum time before and after its own time at which a callback may arrive, ms */
	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** Number of remembered callbacks. */
	get size(): number {
		return this.#taken.size;
	}

	/** Accepts a callback. @returns false for one that was accepted before */
	take({ signature, at }: { signature: string; at: number }, now: number): boolean {
		for (const [known, knownAt] of this.#taken) {
			// The order is nearly that of time: entries after one that may still come are kept a little longer.
			if (now - knownAt <= this.#windowMs) break;
			this.#taken.delete(known);
		}
		if (this.#taken.has(signature)) return false;
		this.#taken.set(signature, at);
		return true;
	}

	/** Forgets a callback that could not be stored after all: it may come again. */
	release({ signature }: { signature: string }): void {
		this.#taken.delete(signature);
	}
}

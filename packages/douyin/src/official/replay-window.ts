/** Knows callbacks again that were taken within a span of time, so that none is taken twice. */
export class ReplayWindow {
	readonly #windowMs: number;
	/** Times by signature, in order of acceptance. */
	readonly #taken = new Map<string, number>();

	/** @param windowMs how long before and after its time a callback may come at all, ms */
	constructor(windowMs: number) {
		this.#windowMs = windowMs;
	}

	/** How many are remembered. */
	get size(): number {
		return this.#taken.size;
	}

	/** Takes a callback. @returns false for one that was taken before */
	take({ signature, at }: { signature: string; at: number }, now: number): boolean {
		for (const [known, knownAt] of this.#taken) {
			// The order is nearly that of time: who is behind one that may still come is kept a little longer.
			if (now - knownAt <= this.#windowMs) break;
			this.#taken.delete(known);
		}
		if (this.#taken.has(signature)) return false;
		this.#taken.set(signature, at);
		return true;
	}

	/** It could not be stored after all: it may come again. */
	release({ signature }: { signature: string }): void {
		this.#taken.delete(signature);
	}
}

/** This node's part of one limit at one time. */
export interface Part {
	/** ms since the epoch. */
	at: number;
	/** Version of the announcements at that time. */
	version: number;
	/** The limit itself. */
	max: number;
	/** Number of connections that may stay here, and the maximum including new ones. */
	stays: number;
	takes: number;
}

/** Time for which a key is remembered after the last request for it, ms. */
const forgetMs = 60_000;

/** This node's part of each limit, now and a short time ago. */
export class PartHistory {
	readonly #keptMs: number;
	/** Parts by limit and key, oldest first. */
	readonly #parts = new Map<string, readonly Part[]>();

	/** @param keptMs how far back it reaches, ms */
	constructor(keptMs: number) {
		this.#keptMs = keptMs;
	}

	/**
	 * Returns the parts in force since `keptMs` ago, newest last.
	 * @param compute called if nothing of this version is known
	 */
	of(name: string, now: Pick<Part, "at" | "version" | "max">, compute: () => Part): readonly Part[] {
		// After a change of the limit, former parts mean nothing.
		const known = this.#parts.get(name)?.filter((part) => part.max === now.max) ?? [];
		const since = now.at - this.#keptMs;
		if (known.at(-1)?.version === now.version) return inForce(known, since);
		const parts = inForce([...known, compute()], since);
		this.#parts.set(name, parts);
		return parts;
	}

	forgetOld(now: number): void {
		for (const [name, parts] of this.#parts) {
			if ((parts.at(-1)?.at ?? 0) < now - forgetMs) this.#parts.delete(name);
		}
	}
}

/** Returns the parts since this time, and the one in force at it. */
export function inForce(parts: readonly Part[], since: number): readonly Part[] {
	const first = parts.findLastIndex(({ at }) => at <= since);
	return parts.slice(Math.max(0, first));
}

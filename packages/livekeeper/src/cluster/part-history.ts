/** What was computed of one limit, and when. */
export interface Part {
	/** ms since the epoch. */
	at: number;
	/** Version of the announcements at that time. */
	version: number;
	/** The limit itself. */
	most: number;
	/** How many connections may stay here, and how many there may be with those that are made now. */
	stays: number;
	takes: number;
}

/** How long a key is remembered after the last request for it, ms. */
const forgetMs = 60_000;

/** This node's part in each limit, now and a short time ago. */
export class PartHistory {
	readonly #keptMs: number;
	/** Parts by limit and key, oldest first. */
	readonly #parts = new Map<string, readonly Part[]>();

	/** @param keptMs how far back it reaches, ms */
	constructor(keptMs: number) {
		this.#keptMs = keptMs;
	}

	/**
	 * What was in force since `keptMs` ago, the newest last.
	 * @param compute called where nothing of this version is known
	 */
	of(name: string, now: Pick<Part, "at" | "version" | "most">, compute: () => Part): readonly Part[] {
		// Where the limit is another, what was before means nothing.
		const known = this.#parts.get(name)?.filter((part) => part.most === now.most) ?? [];
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

/** The parts since this time, and the one in force at it. */
export function inForce(parts: readonly Part[], since: number): readonly Part[] {
	const first = parts.findLastIndex(({ at }) => at <= since);
	return parts.slice(Math.max(0, first));
}

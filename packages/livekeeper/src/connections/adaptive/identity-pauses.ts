/** An upstream can't ask for more patience than this, ms. */
const longestPauseMs = 3_600_000;

/** Identities that the upstream has asked to wait: none of their rooms is to try before. */
export class IdentityPauses {
	readonly #pauses = new Map<string, { since: number; forMs: number }>();

	/** At most an hour; a shorter pause than what is left changes nothing. */
	pause(identity: string, forMs: number, now: number): void {
		const ms = Math.min(longestPauseMs, forMs);
		if (ms > this.leftMs(identity, now)) this.#pauses.set(identity, { since: now, forMs: ms });
	}

	/** How long the identity still has to wait, ms. */
	leftMs(identity: string, now: number): number {
		const pause = this.#pauses.get(identity);
		if (!pause) return 0;
		// The clock was set back.
		if (now < pause.since) pause.since = now;
		const left = pause.since + pause.forMs - now;
		if (left <= 0) this.#pauses.delete(identity);
		return Math.max(0, left);
	}
}

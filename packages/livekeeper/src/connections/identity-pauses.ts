import type { Hold } from "../rooms/index.ts";

/** An upstream can't ask for more patience than this, ms. */
const longestPauseMs = 3_600_000;

interface Pause {
	until: number;
	/** The upstream shows it nothing; else it has asked to wait. */
	rest: boolean;
}

/** Identities none of whose connections is to be tried before a time: the upstream asked to wait, or they rest. Times are of `Clock.elapsed`. */
export class IdentityPauses {
	readonly #pauses = new Map<string, Pause>();

	/** The upstream asked to wait. At most an hour; a shorter pause than what is left changes nothing. */
	pause(identity: string, forMs: number, now: number): void {
		const ms = Math.min(longestPauseMs, forMs);
		if (ms > this.leftMs(identity, now)) this.#pauses.set(identity, { until: now + ms, rest: false });
	}

	/** It rests from now on, whatever the upstream asked for before. */
	rest(identity: string, forMs: number, now: number): void {
		this.#pauses.set(identity, { until: now + forMs, rest: true });
	}

	/** It rests no longer. */
	lift(identity: string): void {
		if (this.#pauses.get(identity)?.rest) this.#pauses.delete(identity);
	}

	/** No identity is to wait. */
	get areNone(): boolean {
		return this.#pauses.size === 0;
	}

	/** What holds the identity back; `undefined`: nothing does. */
	hold(identity: string, now: number): Hold | undefined {
		const { until, rest } = this.#pauses.get(identity) ?? { until: 0, rest: false };
		if (until <= now) return undefined;
		if (!rest) return { for: "identity", until, why: ["slowDown"], reason: "rate_limited" };
		return { for: "rest", until, why: ["identityRests"], reason: "blocked" };
	}

	/** How long the identity still has to wait, ms. */
	leftMs(identity: string, now: number): number {
		const leftMs = (this.#pauses.get(identity)?.until ?? 0) - now;
		if (leftMs <= 0) this.#pauses.delete(identity);
		return Math.max(0, leftMs);
	}
}

import type { Hold } from "../rooms/index.ts";

/** Maximum wait that an upstream can ask for, ms. */
const maxPauseMs = 3_600_000;

interface Pause {
	until: number;
	/**
	 * Whether the identity is in cooldown because the upstream shows it nothing; otherwise the upstream asked it to wait.
	 */
	isCooldown: boolean;
}

/**
 * Identities whose connections must not be tried before a time, because the upstream asked to wait or they are in
 * cooldown. Times are of `Clock.elapsed`.
 */
export class IdentityPauses {
	readonly #pauses = new Map<string, Pause>();

	/**
	 * Applies a wait that the upstream asked for, at most an hour; one that is shorter than the current wait changes
	 * nothing.
	 */
	pause(identity: string, forMs: number, now: number): void {
		const ms = Math.min(maxPauseMs, forMs);
		if (ms > this.leftMs(identity, now)) this.#pauses.set(identity, { until: now + ms, isCooldown: false });
	}

	/** Starts a cooldown, regardless of earlier waits. */
	cooldown(identity: string, forMs: number, now: number): void {
		this.#pauses.set(identity, { until: now + forMs, isCooldown: true });
	}

	/** Ends the cooldown. */
	lift(identity: string): void {
		if (this.#pauses.get(identity)?.isCooldown) this.#pauses.delete(identity);
	}

	/** Whether no identity has to wait. */
	get areNone(): boolean {
		return this.#pauses.size === 0;
	}

	/** Returns the hold on the identity; `undefined` if there is none. */
	hold(identity: string, now: number): Hold | undefined {
		const { until, isCooldown } = this.#pauses.get(identity) ?? { until: 0, isCooldown: false };
		if (until <= now) return undefined;
		if (!isCooldown) return { for: "identity", until, why: ["slowDown"], reason: "rate_limited" };
		return { for: "rest", until, why: ["identityRests"], reason: "blocked" };
	}

	/** Returns how long the identity still has to wait, ms. */
	leftMs(identity: string, now: number): number {
		const leftMs = (this.#pauses.get(identity)?.until ?? 0) - now;
		if (leftMs <= 0) this.#pauses.delete(identity);
		return Math.max(0, leftMs);
	}
}

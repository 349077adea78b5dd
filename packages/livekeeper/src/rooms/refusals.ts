import { decisionTexts } from "../text/index.ts";
import type { Hold } from "./reconnect-strategy.ts";

/** Identities that the upstream has refused to one room. Times are ms since the epoch. */
export class Refusals {
	readonly #refusals = new Map<string, { since: number; forMs: number }>();

	/** It is left alone from now on. */
	note(identity: string, forMs: number, now: number): void {
		this.#refusals.set(identity, { since: now, forMs });
	}

	/** What holds the identity back; `undefined`: nothing does. */
	hold(identity: string, now: number): Hold | undefined {
		const refusal = this.#refusals.get(identity);
		if (!refusal) return undefined;
		// The clock may have been set back.
		refusal.since = Math.min(refusal.since, now);
		const delayMs = refusal.since + refusal.forMs - now;
		if (delayMs > 0) return { delayMs, why: decisionTexts.leftAlone, reason: "blocked" };
		this.#refusals.delete(identity);
		return undefined;
	}
}

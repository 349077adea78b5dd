import { decisionTexts } from "../text/index.ts";
import type { Hold } from "./reconnect-strategy.ts";

/** Identities that the upstream has refused to one room. Times are of `Clock.elapsed`. */
export class Refusals {
	/** By identity, until when. */
	readonly #until = new Map<string, number>();

	/** It is left alone until then. */
	note(identity: string, until: number): void {
		this.#until.set(identity, until);
	}

	/** What holds the identity back; `undefined`: nothing does. */
	hold(identity: string, now: number): Hold | undefined {
		const delayMs = (this.#until.get(identity) ?? 0) - now;
		if (delayMs > 0) return { delayMs, why: decisionTexts.leftAlone, reason: "blocked" };
		this.#until.delete(identity);
		return undefined;
	}
}

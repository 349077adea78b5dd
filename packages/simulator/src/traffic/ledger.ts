import type { UserInit } from "@livekeeper/douyin/wire";

interface Giver {
	user: UserInit;
	diamonds: number;
}

/** Amounts by giver in a battle. */
export class Ledger {
	readonly #givers = new Map<string, Giver>();
	diamonds = 0;

	give(user: UserInit, diamonds: number): void {
		const giver = this.#givers.get(user.secUid ?? "");
		if (giver) giver.diamonds += diamonds;
		else this.#givers.set(user.secUid ?? "", { user, diamonds });
		this.diamonds += diamonds;
	}

	/** Returns the top givers, best first. */
	top(max: number): readonly Giver[] {
		const best: Giver[] = [];
		for (const giver of this.#givers.values()) {
			const at = best.findIndex((other) => other.diamonds < giver.diamonds);
			if (at >= 0) best.splice(at, 0, giver);
			else if (best.length < max) best.push(giver);
			if (best.length > max) best.pop();
		}
		return best;
	}
}

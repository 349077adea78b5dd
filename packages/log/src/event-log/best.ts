import type { Gifter } from "./broadcast-summary.ts";
import type { GiftKind } from "./charts.ts";

/** A person who gave something in a broadcast, with the key that identifies the person there. */
export interface Giver {
	key: string;
	gifter: Gifter;
}

/** Returns the givers with the most diamonds. Ties are in the same order in every store. */
export function bestOf(givers: readonly Giver[], max = 10): Gifter[] {
	return givers
		.toSorted((a, b) => b.gifter.diamonds - a.gifter.diamonds || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
		.slice(0, max)
		.map(({ gifter }) => gifter);
}

/** Returns the kinds with the highest value; among free gifts, those given most often. */
export function bestKinds(kinds: readonly GiftKind[], max = 10): GiftKind[] {
	const byId = (a: GiftKind, b: GiftKind) => (a.giftId < b.giftId ? -1 : 1);
	return kinds.toSorted((a, b) => b.diamonds - a.diamonds || b.count - a.count || byId(a, b)).slice(0, max);
}

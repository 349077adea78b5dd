/** A gift, as totals count it. */
export interface GiftSeen {
	/** Diamonds that no earlier event has reported. */
	diamonds: number;
	/**
	 * Part of `diamonds` that may have been given earlier, at any time: a step of a streak also covers the steps before
	 * it, whether they arrived or not. Default 0.
	 */
	earlier?: number;
	/** Id of the giver, as users' totals name them; "" if not known. */
	giver: string;
	/** Time of the gift, ms of the upstream's time. */
	at: number;
}

/** Diamonds seen, recent ones one by one. Plain data. */
export interface SeenGifts {
	/** Recent gifts, those of one giver within a second summed; oldest first. */
	recent: GiftSeen[];
	/** Number of gift events with diamonds, and number of diamonds. */
	count: number;
	diamonds: number;
	/** The part of `diamonds` whose giver is unknown. */
	nameless: number;
}

export function newSeenGifts(): SeenGifts {
	return { recent: [], count: 0, diamonds: 0, nameless: 0 };
}

/** Gifts of one giver within this time are reported together, ms. */
export const togetherMs = 1_000;
/** Maximum number of earlier entries searched for one to sum a gift with. */
const maxLooked = 32;

export function addSeen(seen: SeenGifts, gift: GiftSeen): void {
	seen.count++;
	seen.diamonds += gift.diamonds;
	if (gift.giver === "") seen.nameless += gift.diamonds;
	const { recent } = seen;
	let i = recent.length;
	while (i > 0 && (recent[i - 1]?.at ?? 0) > gift.at) i--;
	for (let k = i - 1; k >= Math.max(0, i - maxLooked); k--) {
		const one = recent[k];
		if (!one || gift.at - one.at >= togetherMs) break;
		if (one.giver !== gift.giver || Math.floor(one.at / togetherMs) !== Math.floor(gift.at / togetherMs)) continue;
		one.diamonds += gift.diamonds;
		if (gift.earlier) one.earlier = (one.earlier ?? 0) + gift.earlier;
		return;
	}
	recent.splice(i, 0, { ...gift });
}

/** Returns the diamonds in `recent` until `at`, of one giver or (`""`) of all. */
export function recentUntil({ recent }: SeenGifts, at: number, giver: string): number {
	let sum = 0;
	for (const gift of recent) {
		if (gift.at > at) break;
		if (giver === "" || gift.giver === giver) sum += gift.diamonds;
	}
	return sum;
}

/** Returns the diamonds reported by steps of streaks after `at` that may have been given before it. */
export function earlierThan({ recent }: SeenGifts, at: number, giver: string): number {
	let sum = 0;
	for (const gift of recent) {
		if (gift.at > at && (giver === "" || gift.giver === giver)) sum += gift.earlier ?? 0;
	}
	return sum;
}

/** Maximum number of recent gifts: more than any room has while totals lag. Older ones count as given before. */
const maxRecent = 2_000;

/** Removes and returns the gifts before `at`, and those beyond the maximum. */
export function takeBefore({ recent }: SeenGifts, at: number): GiftSeen[] {
	let i = Math.max(0, recent.length - maxRecent);
	while (i < recent.length && (recent[i]?.at ?? 0) < at) i++;
	return recent.splice(0, i);
}

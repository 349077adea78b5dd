/** A gift as far as totals are concerned. */
export interface GiftSeen {
	/** Diamonds that no earlier event has told. */
	diamonds: number;
	/**
	 * Of them, those that may have been given earlier, at any time: a step of a streak covers the steps before it as
	 * well, whether they came or not. Default 0.
	 */
	earlier?: number;
	/** Who gave it, as totals of people name them; "" where that is not known. */
	giver: string;
	/** When it was given, ms of the upstream's time. */
	at: number;
}

/** Diamonds that were seen, those of late one by one. Plain data. */
export interface SeenGifts {
	/** Gifts, those of one giver within a second summed; oldest first. */
	recent: GiftSeen[];
	/** How many gift events brought diamonds, and how many diamonds. */
	count: number;
	diamonds: number;
	/** The part of them whose giver is unknown, diamonds. */
	nameless: number;
}

export function newSeenGifts(): SeenGifts {
	return { recent: [], count: 0, diamonds: 0, nameless: 0 };
}

/** Gifts of one giver within this time are reported together, ms. */
export const togetherMs = 1_000;
/** Number of steps back in which a gift is looked for that it can be reported with. */
const mostLooked = 32;

export function addSeen(seen: SeenGifts, gift: GiftSeen): void {
	seen.count++;
	seen.diamonds += gift.diamonds;
	if (gift.giver === "") seen.nameless += gift.diamonds;
	const { recent } = seen;
	let i = recent.length;
	while (i > 0 && (recent[i - 1]?.at ?? 0) > gift.at) i--;
	for (let k = i - 1; k >= Math.max(0, i - mostLooked); k--) {
		const one = recent[k];
		if (!one || gift.at - one.at >= togetherMs) break;
		if (one.giver !== gift.giver || Math.floor(one.at / togetherMs) !== Math.floor(gift.at / togetherMs)) continue;
		one.diamonds += gift.diamonds;
		if (gift.earlier) one.earlier = (one.earlier ?? 0) + gift.earlier;
		return;
	}
	recent.splice(i, 0, { ...gift });
}

/** Diamonds in `recent` until `at`, of one giver or (`""`) of all. */
export function recentUntil({ recent }: SeenGifts, at: number, giver: string): number {
	let sum = 0;
	for (const gift of recent) {
		if (gift.at > at) break;
		if (giver === "" || gift.giver === giver) sum += gift.diamonds;
	}
	return sum;
}

/** Gifts reported by steps of streaks after `at` that may have been given before it. */
export function earlierThan({ recent }: SeenGifts, at: number, giver: string): number {
	let sum = 0;
	for (const gift of recent) {
		if (gift.at > at && (giver === "" || gift.giver === giver)) sum += gift.earlier ?? 0;
	}
	return sum;
}

/** More than any room's gifts in the time that totals lag; past it the oldest count as given earlier still. */
const mostRecent = 2_000;

/** Takes out what was given before `at`, and what is too much to keep. */
export function takeBefore({ recent }: SeenGifts, at: number): GiftSeen[] {
	let i = Math.max(0, recent.length - mostRecent);
	while (i < recent.length && (recent[i]?.at ?? 0) < at) i++;
	return recent.splice(0, i);
}

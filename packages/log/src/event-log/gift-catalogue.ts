import { type Entry, encode, placed } from "../storage/index.ts";
import { whole } from "./bounded.ts";
import type { NumberedWireEvent } from "./broadcast-summary.ts";

/** A gift, as seen in any room. */
export interface KnownGift {
	giftId: string;
	/** "" if only messages that don't name it were seen. */
	name: string;
	/** URL of the picture, or "". */
	image: string;
	/** Value of one in diamonds (抖币), as last reported; 0 if never reported. */
	diamondCount: number;
	/** Times of its first and last event (`at`), ms since the epoch. */
	firstAt: number;
	lastAt: number;
}

/** Maximum number of gifts kept, the most recently seen. The site has some hundreds at a time. */
export const maxGifts = 10_000;

/** Limits far above the names and URLs of the site's gifts, characters. */
const maxName = 100;
const maxImage = 2_000;

/** Merges a gift's data from an event into the catalogue. */
export function learnGift(gifts: Map<string, KnownGift>, event: NumberedWireEvent): void {
	if (event.type !== "gift" && event.type !== "light_gift") return;
	const { gift_id: giftId, gift_name: name, gift_image: image, diamond_count: diamondCount, at } = event;
	if (!/^[1-9]\d{0,19}$/.test(giftId)) return;
	const seen = {
		giftId,
		name: name.slice(0, maxName),
		image: image.length > maxImage ? "" : image,
		diamondCount: whole(diamondCount),
		firstAt: at,
		lastAt: at,
	};
	gifts.set(giftId, mergeGifts(gifts.get(giftId), seen));
}

/** Merges two records: later information replaces earlier; missing fields keep the earlier value. */
export function mergeGifts(one: KnownGift | undefined, other: KnownGift): KnownGift {
	if (!one) return other;
	const [earlier, later] = one.lastAt <= other.lastAt ? [one, other] : [other, one];
	return {
		giftId: later.giftId,
		name: later.name || earlier.name,
		image: later.image || earlier.image,
		diamondCount: later.diamondCount || earlier.diamondCount,
		firstAt: Math.min(one.firstAt, other.firstAt),
		lastAt: later.lastAt,
	};
}

/** Key pattern of all stored gifts. */
export const giftKeys = "gift.>";
export const giftKey = (giftId: string): string => `gift.${giftId}`;
export const giftValue = (gift: KnownGift): Uint8Array => encode(gift);

export function giftIn(entry: Entry): KnownGift {
	return placed<KnownGift>(entry).value;
}

/** Orders gifts for a listing: most expensive first. */
export function byPrice(a: KnownGift, b: KnownGift): number {
	return b.diamondCount - a.diamondCount || compareIds(a, b);
}

export function lastSeenFirst(a: KnownGift, b: KnownGift): number {
	return b.lastAt - a.lastAt || compareIds(a, b);
}

function compareIds(a: KnownGift, b: KnownGift): number {
	return a.giftId < b.giftId ? -1 : Number(a.giftId > b.giftId);
}

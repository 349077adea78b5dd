import { type Entry, encode, placed } from "../storage/index.ts";
import { whole } from "./bounded.ts";
import type { NumberedWireEvent } from "./broadcast-summary.ts";

/** A gift, as far as it passed by in any room. */
export interface KnownGift {
	giftId: string;
	/** "" where only messages that don't name it have passed. */
	name: string;
	/** URL of the picture, or "". */
	image: string;
	/** Worth of one in diamonds (抖币), as last reported; 0 where none was. */
	diamondCount: number;
	/** ms since the epoch, of the events' `at`. */
	firstAt: number;
	lastAt: number;
}

/** Maximum number of gifts kept, the most recently seen. The site has some hundreds at a time. */
export const mostGifts = 10_000;

/** No gift of the site has nearly as much. */
const maxName = 100;
const maxImage = 2_000;

/** Adds what an event says about a gift to what is known of it. */
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

/** Later information replaces earlier; what it leaves out stays. */
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

/** Gifts are kept under these keys. */
export const giftKeys = "gift.>";
export const giftKey = (giftId: string): string => `gift.${giftId}`;
export const giftValue = (gift: KnownGift): Uint8Array => encode(gift);

export function giftIn(entry: Entry): KnownGift {
	return placed<KnownGift>(entry).value;
}

/** For a listing: the dearest first. */
export function byPrice(a: KnownGift, b: KnownGift): number {
	return b.diamondCount - a.diamondCount || compareIds(a, b);
}

export function lastSeenFirst(a: KnownGift, b: KnownGift): number {
	return b.lastAt - a.lastAt || compareIds(a, b);
}

function compareIds(a: KnownGift, b: KnownGift): number {
	return a.giftId < b.giftId ? -1 : Number(a.giftId > b.giftId);
}

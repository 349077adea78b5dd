import type { LiveEvent } from "@livekeeper/douyin";
import { type Entry, encode, type KeyValues, placed } from "../storage/index.ts";
import { whole } from "./bounded.ts";
import { timeOf } from "./encoded-event.ts";

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
/** Interval at which a frequent gift is stored again to update its last-seen time, ms. */
const seenEveryMs = 600_000;

/** Key pattern of all stored gifts. */
const giftKeys = "gift.>";
const giftKey = (giftId: string) => `gift.${giftId}`;

/**
 * Keeps names, prices and pictures of gifts for longer than the events that brought them, each under `gift.<id>`. Learns
 * from the events that this process stores, and writes only news. Gifts learned and not yet written appear in its own
 * listing, and are lost when it is killed.
 */
export class KnownGifts {
	readonly #values: Pick<KeyValues, "list" | "change" | "clear">;
	readonly #max: number;
	/** Gifts seen since the start. */
	readonly #learned = new Map<string, KnownGift>();
	/** Gifts in the store, as this process last knew them. */
	readonly #written = new Map<string, KnownGift>();

	/** @param max maximum number kept, the most recently seen */
	constructor(values: Pick<KeyValues, "list" | "change" | "clear">, max: number = maxGifts) {
		this.#values = values;
		this.#max = max;
	}

	/** Learns from events that are about to be stored. */
	learn(events: readonly LiveEvent[]): void {
		for (const event of events) {
			if (event.type === "gift" || event.type === "light_gift") this.#learn(giftOf(event));
		}
		if (this.#learned.size <= 2 * this.#max) return;
		for (const { giftId } of [...this.#learned.values()].sort(lastSeenFirst).slice(this.#max))
			this.#learned.delete(giftId);
	}

	/** Lists known gifts, most expensive first. */
	async list(): Promise<KnownGift[]> {
		const gifts = new Map<string, KnownGift>();
		for (const entry of await this.#values.list(giftKeys)) {
			const gift = readable(entry);
			if (gift) gifts.set(gift.giftId, gift);
		}
		for (const [giftId, gift] of this.#learned) gifts.set(giftId, mergeGifts(gifts.get(giftId), gift));
		return [...gifts.values()].sort(lastSeenFirst).slice(0, this.#max).sort(byPrice);
	}

	/** Writes news; if that fails, the next call writes it. */
	async save(): Promise<void> {
		const news = [...this.#learned.values()].filter((gift) => isNews(gift, this.#written.get(gift.giftId)));
		let more = false;
		// The entries written last are the gifts seen last.
		for (const gift of news.sort(lastSeenFirst).reverse()) more = (await this.#write(gift)) || more;
		if (!more) return;
		await this.#values.clear(giftKeys, this.#max);
		for (const giftId of this.#written.keys()) if (!this.#learned.has(giftId)) this.#written.delete(giftId);
	}

	/** Adds the gifts that another log knows. */
	async adopt(gifts: readonly KnownGift[]): Promise<void> {
		for (const gift of gifts) this.#learn(gift);
		await this.save();
	}

	#learn(gift: KnownGift | undefined): void {
		if (gift) this.#learned.set(gift.giftId, mergeGifts(this.#learned.get(gift.giftId), gift));
	}

	/** @returns whether the gift is new to the store */
	async #write(gift: KnownGift): Promise<boolean> {
		let more = false;
		let merged = gift;
		await this.#values.change(giftKey(gift.giftId), (entry) => {
			const stored = entry && readable(entry);
			more = !entry;
			merged = mergeGifts(stored, gift);
			if (isNews(gift, stored)) return encode(merged);
			merged = stored ?? gift;
			return undefined;
		});
		this.#written.set(gift.giftId, merged);
		return more;
	}
}

/** @returns `undefined` without a valid id */
function giftOf(event: Extract<LiveEvent, { type: "gift" | "light_gift" }>): KnownGift | undefined {
	const { giftId, giftName, giftImage, diamondCount } = event;
	if (!/^[1-9]\d{0,19}$/.test(giftId)) return undefined;
	const at = timeOf(event);
	return {
		giftId,
		name: giftName.slice(0, maxName),
		image: giftImage.length > maxImage ? "" : giftImage,
		diamondCount: whole(diamondCount),
		firstAt: at,
		lastAt: at,
	};
}

/** Returns `undefined` for a damaged gift; it is learned again when it is next seen. */
function readable(entry: Entry): KnownGift | undefined {
	try {
		return placed<KnownGift>(entry).value;
	} catch {
		return undefined;
	}
}

/** Merges two records: later information replaces earlier; missing fields keep the earlier value. */
function mergeGifts(one: KnownGift | undefined, other: KnownGift): KnownGift {
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

/** Whether a gift is worth a write. A changed picture alone is not, because pictures have many addresses. */
function isNews(gift: KnownGift, stored: KnownGift | undefined): boolean {
	if (!stored) return true;
	const merged = mergeGifts(stored, gift);
	return (
		merged.name !== stored.name ||
		merged.diamondCount !== stored.diamondCount ||
		(merged.image !== "" && stored.image === "") ||
		merged.firstAt < stored.firstAt ||
		merged.lastAt >= stored.lastAt + seenEveryMs
	);
}

/** Orders gifts for a listing: most expensive first. */
function byPrice(a: KnownGift, b: KnownGift): number {
	return b.diamondCount - a.diamondCount || compareIds(a, b);
}

function lastSeenFirst(a: KnownGift, b: KnownGift): number {
	return b.lastAt - a.lastAt || compareIds(a, b);
}

function compareIds(a: KnownGift, b: KnownGift): number {
	return a.giftId < b.giftId ? -1 : Number(a.giftId > b.giftId);
}

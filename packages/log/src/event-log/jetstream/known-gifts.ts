import type { NumberedWireEvent } from "../broadcast-summary.ts";
import type { StoredEvent } from "../event-log.ts";
import {
	byPrice,
	giftIn,
	giftKey,
	giftKeys,
	giftValue,
	type KnownGift,
	lastSeenFirst,
	learnGift,
	maxGifts,
	mergeGifts,
} from "../gift-catalogue.ts";
import type { StateBucket } from "./state-bucket.ts";

/** Interval at which a frequent gift is stored again to update its last-seen time, ms. */
const seenEveryMs = 600_000;

/**
 * Keeps names, prices and pictures of gifts, each under `gift.<id>`. A node learns from the events that it stores, and
 * writes only news. Gifts learned and not yet written appear in its own listing, and are lost when it is killed.
 */
export class KnownGifts {
	readonly #bucket: StateBucket;
	readonly #max: number;
	/** Gifts from events that this node has stored since its start. */
	readonly #learned = new Map<string, KnownGift>();
	/** Gifts in the bucket, as this node last knew them. */
	readonly #written = new Map<string, KnownGift>();

	/** @param max maximum number kept, the most recently seen */
	constructor(bucket: StateBucket, max: number = maxGifts) {
		this.#bucket = bucket;
		this.#max = max;
	}

	/** Must be called with events that have become durable. */
	learn(events: readonly StoredEvent[]): void {
		for (const { type, json } of events) {
			if (type === "gift" || type === "light_gift") learnGift(this.#learned, JSON.parse(json) as NumberedWireEvent);
		}
		if (this.#learned.size <= 2 * this.#max) return;
		for (const { giftId } of [...this.#learned.values()].sort(lastSeenFirst).slice(this.#max))
			this.#learned.delete(giftId);
	}

	/** Adds the gifts that another log knows. */
	adopt(gifts: readonly KnownGift[]): void {
		for (const gift of gifts) this.#learned.set(gift.giftId, mergeGifts(this.#learned.get(gift.giftId), gift));
	}

	/** Lists known gifts, most expensive first. */
	async list(): Promise<KnownGift[]> {
		const gifts = await this.#stored();
		for (const [giftId, gift] of this.#learned) gifts.set(giftId, mergeGifts(gifts.get(giftId), gift));
		return [...gifts.values()].sort(lastSeenFirst).slice(0, this.#max).sort(byPrice);
	}

	/** Writes news; if that fails, the next call writes it. */
	async save(): Promise<void> {
		let more = false;
		for (const gift of this.#learned.values()) {
			if (isNews(gift, this.#written.get(gift.giftId))) more = (await this.#write(gift)) || more;
		}
		if (more) await this.#forget();
	}

	/** @returns whether the gift is new to the bucket */
	async #write(gift: KnownGift): Promise<boolean> {
		let more = false;
		let merged = gift;
		await this.#bucket.change(giftKey(gift.giftId), (entry) => {
			const stored = entry && giftIn(entry);
			more = !stored;
			merged = mergeGifts(stored, gift);
			if (isNews(gift, stored)) return giftValue(merged);
			merged = stored ?? gift;
			return undefined;
		});
		this.#written.set(gift.giftId, merged);
		return more;
	}

	async #forget(): Promise<void> {
		const stored = [...(await this.#stored()).values()].sort(lastSeenFirst);
		for (const { giftId } of stored.slice(this.#max)) await this.#bucket.remove(giftKey(giftId));
		for (const giftId of this.#written.keys()) if (!this.#learned.has(giftId)) this.#written.delete(giftId);
	}

	async #stored(): Promise<Map<string, KnownGift>> {
		const gifts = (await this.#bucket.list(giftKeys)).map(giftIn);
		return new Map(gifts.map((gift) => [gift.giftId, gift]));
	}
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

import { type Entry, KeyValueTable } from "../../storage/index.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import {
	byPrice,
	giftIn,
	giftKey,
	giftKeys,
	giftValue,
	type KnownGift,
	learnGift,
	mergeGifts,
	mostGifts,
} from "../gift-catalogue.ts";
import type { Db } from "./open-database.ts";

/** The dearest first. */
export function listKnownGifts(db: Db): KnownGift[] {
	return new KeyValueTable(db)
		.list(giftKeys)
		.flatMap((entry) => readable(entry) ?? [])
		.sort(byPrice);
}

/** A gift that was damaged is learned again when it comes by. */
function readable(entry: Entry): KnownGift | undefined {
	try {
		return giftIn(entry);
	} catch {
		return undefined;
	}
}

/** Keeps names, prices and pictures of gifts for longer than the events that brought them. */
export class GiftLearner {
	readonly #table: KeyValueTable;

	constructor(db: Db) {
		this.#table = new KeyValueTable(db);
	}

	/** To be called within a transaction. */
	learn(events: readonly NumberedWireEvent[]): void {
		const gifts = new Map<string, KnownGift>();
		for (const event of events) learnGift(gifts, event);
		for (const [giftId, seen] of gifts) {
			const key = giftKey(giftId);
			const known = this.#table.get(key);
			this.#table.put(key, giftValue(mergeGifts(known && readable(known), seen)));
		}
		// Those that were seen last are those that were written last.
		if (gifts.size > 0) this.#table.clear(giftKeys, mostGifts);
	}
}

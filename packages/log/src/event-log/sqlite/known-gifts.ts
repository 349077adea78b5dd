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
	maxGifts,
	mergeGifts,
} from "../gift-catalogue.ts";
import type { Db } from "./open-database.ts";

/** Lists known gifts, most expensive first. */
export function listKnownGifts(db: Db): KnownGift[] {
	return new KeyValueTable(db)
		.list(giftKeys)
		.flatMap((entry) => readable(entry) ?? [])
		.sort(byPrice);
}

/** Returns `undefined` for a damaged gift; it is learned again when it is next seen. */
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
	readonly #saveNow: () => void;
	readonly #learned = new Map<string, KnownGift>();

	constructor(db: Db) {
		this.#table = new KeyValueTable(db);
		this.#saveNow = db.transaction(() => this.save()).immediate;
	}

	learn(event: NumberedWireEvent): void {
		learnGift(this.#learned, event);
	}

	/** Adds the gifts that another log knows. */
	adopt(gifts: readonly KnownGift[]): void {
		for (const gift of gifts) this.#learned.set(gift.giftId, mergeGifts(this.#learned.get(gift.giftId), gift));
	}

	/** Stores the learned gifts. To be called within a transaction. */
	save(): void {
		if (this.#learned.size === 0) return;
		for (const [giftId, seen] of this.#learned) {
			const key = giftKey(giftId);
			const known = this.#table.get(key);
			this.#table.put(key, giftValue(mergeGifts(known && readable(known), seen)));
		}
		// The entries written last are the gifts seen last.
		this.#table.clear(giftKeys, maxGifts);
		this.#learned.clear();
	}

	/** {@link save} in a transaction of its own. */
	saveNow(): void {
		if (this.#learned.size > 0) this.#saveNow();
	}
}

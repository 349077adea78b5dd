import type { NumberedWireEvent } from "../broadcast-summary.ts";
import { type KnownGift, learnGift, mergeGifts, mostGifts } from "../gift-catalogue.ts";
import type { Db } from "./open-database.ts";

const columns = `gift_id AS giftId, name, image, diamond_count AS diamondCount, first_at AS firstAt, last_at AS lastAt`;

/** The dearest first. */
export function listKnownGifts(db: Db): KnownGift[] {
	return db.prepare<[], KnownGift>(`SELECT ${columns} FROM known_gifts ORDER BY diamond_count DESC, gift_id`).all();
}

/** Keeps what gifts are called, cost and look like, for longer than the events that told of it. */
export class GiftLearner {
	readonly #find;
	readonly #save;
	readonly #forget;

	constructor(db: Db) {
		this.#find = db.prepare<[string], KnownGift>(`SELECT ${columns} FROM known_gifts WHERE gift_id = ?`);
		this.#save = db.prepare<[KnownGift]>(
			`INSERT OR REPLACE INTO known_gifts (gift_id, name, image, diamond_count, first_at, last_at)
			VALUES (:giftId, :name, :image, :diamondCount, :firstAt, :lastAt)`,
		);
		this.#forget = db.prepare<[number]>(
			`DELETE FROM known_gifts WHERE gift_id IN
			(SELECT gift_id FROM known_gifts ORDER BY last_at DESC, gift_id LIMIT -1 OFFSET ?)`,
		);
	}

	/** To be called within a transaction. */
	learn(events: readonly NumberedWireEvent[]): void {
		const gifts = new Map<string, KnownGift>();
		for (const event of events) learnGift(gifts, event);
		let more = false;
		for (const [giftId, seen] of gifts) {
			const known = this.#find.get(giftId);
			if (!known) more = true;
			this.#save.run(mergeGifts(known, seen));
		}
		if (more) this.#forget.run(mostGifts);
	}
}

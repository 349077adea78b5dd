import { mostSum } from "../bounded.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import { addToKinds, addToSums, type GiftKind, minuteOf, newSums, type Sums } from "../charts.ts";
import { fromJson } from "./add-up.ts";
import { GiftLearner } from "./known-gifts.ts";
import type { Db } from "./open-database.ts";

/** Counts events in the sums that charts are drawn from, and learns gifts. */
export class ChartWriter {
	readonly #minute;
	readonly #saveMinute;
	readonly #addGift;
	readonly #deleteMinutes;
	readonly #known: GiftLearner;

	constructor(db: Db) {
		this.#known = new GiftLearner(db);
		this.#minute = db
			.prepare<[number, number], string>("SELECT sums FROM minutes WHERE room_no = ? AND minute = ?")
			.pluck();
		this.#saveMinute = db.prepare<[number, number, number, string]>(
			`INSERT INTO minutes (room_no, minute, last_seq, sums) VALUES (?, ?, ?, ?)
			ON CONFLICT (room_no, minute) DO UPDATE SET last_seq = excluded.last_seq, sums = excluded.sums`,
		);
		this.#addGift = db.prepare<[string, number, number, string, number, string]>(
			`INSERT INTO broadcast_gifts (broadcast_no, gift_id, count, diamonds, gift)
			SELECT broadcast_no, ?, ?, ?, ? FROM broadcasts WHERE room_no = ? AND room_id = ?
			ON CONFLICT (broadcast_no, gift_id) DO UPDATE SET
			count = min(${mostSum}, count + excluded.count), diamonds = min(${mostSum}, diamonds + excluded.diamonds),
			gift = excluded.gift`,
		);
		this.#deleteMinutes = db.prepare<[number, number]>("DELETE FROM minutes WHERE room_no = ? AND last_seq < ?");
	}

	/** To be called within the transaction that has counted the events in their broadcasts. */
	add(roomNo: number, events: readonly NumberedWireEvent[]): void {
		const minutes = new Map<number, { sums: Sums; lastSeq: number }>();
		const gifts = new Map<string, Map<string, GiftKind>>();
		for (const event of events) {
			const minute = minuteOf(event.at);
			const sums = minutes.get(minute)?.sums ?? this.#stored(roomNo, minute);
			addToSums(sums, event);
			minutes.set(minute, { sums, lastSeq: event.seq });
			if (event.type !== "gift" || event.room_id === "") continue;
			const kinds = gifts.get(event.room_id) ?? new Map<string, GiftKind>();
			addToKinds(kinds, event);
			gifts.set(event.room_id, kinds);
		}
		for (const [minute, { sums, lastSeq }] of minutes) {
			this.#saveMinute.run(roomNo, minute, lastSeq, JSON.stringify(sums));
		}
		for (const [roomId, kinds] of gifts) for (const kind of kinds.values()) this.#saveGift(roomNo, roomId, kind);
		this.#known.learn(events);
	}

	/** Lets go of what belongs to events that are gone. To be called within the transaction that deletes them. */
	trim(roomNo: number, oldest: number): void {
		this.#deleteMinutes.run(roomNo, oldest);
	}

	#stored(roomNo: number, minute: number): Sums {
		const stored = this.#minute.get(roomNo, minute);
		return sumsFrom(stored) ?? newSums();
	}

	#saveGift(roomNo: number, roomId: string, { giftId, count, diamonds, ...gift }: GiftKind): void {
		this.#addGift.run(giftId, count, diamonds, JSON.stringify(gift), roomNo, roomId);
	}
}

/** Sums as they are stored; `undefined` where there are none, or they can't be read. */
export function sumsFrom(text: string | undefined): Sums | undefined {
	const sums = text === undefined ? undefined : fromJson<Sums>(text);
	return typeof sums?.messages === "object" ? { ...newSums(), ...sums } : undefined;
}

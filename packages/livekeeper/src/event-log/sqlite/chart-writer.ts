import { plus } from "../bounded.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import { addToSums, type GiftKind, minuteOf, newSums, type Sums } from "../charts.ts";
import { fromJson } from "./add-up.ts";
import { checksumOf } from "./checksum.ts";
import { GiftLearner } from "./known-gifts.ts";
import type { Db } from "./open-database.ts";
import type { Room, Rooms } from "./rooms.ts";
import { checksumOfMinute, isSoundMinute, type MinuteRow, selectMinutes } from "./sound-sums.ts";

/** Sums are not as they were written: their room's events are counted again. */
export class DamagedSums extends Error {
	override readonly name = "DamagedSums";
	readonly broadcastNo: number | undefined;
	readonly minute: number | undefined;

	/** @param of the broadcast, or the minute; neither: minutes are missing. @param what in words */
	constructor(of: { broadcastNo?: number; minute?: number | undefined }, what = "of a minute") {
		super(`the sums ${what} are damaged`);
		this.broadcastNo = of.broadcastNo;
		this.minute = of.minute;
	}
}

interface GiftRow {
	count: number;
	diamonds: number;
	gift: string;
	checksum: number;
}

/** Counts events in the sums that charts are drawn from, and learns gifts. */
export class ChartWriter {
	readonly #rooms: Rooms;
	readonly #minute;
	readonly #minutes;
	readonly #count;
	readonly #saveMinute;
	readonly #gift;
	readonly #saveGift;
	readonly #deleteMinute;
	readonly #deleteMinutes;
	readonly #known: GiftLearner;

	constructor(db: Db, rooms: Rooms) {
		this.#rooms = rooms;
		this.#known = new GiftLearner(db);
		this.#minute = db.prepare<[number, number], MinuteRow>(`${selectMinutes} WHERE room_no = ? AND minute = ?`);
		this.#minutes = db.prepare<[number], MinuteRow>(`${selectMinutes} WHERE room_no = ?`);
		this.#count = db.prepare<[number], number>("SELECT count(*) FROM minutes WHERE room_no = ?").pluck();
		this.#saveMinute = db.prepare<MinuteRow>(
			`INSERT INTO minutes (room_no, minute, last_seq, sums, checksum)
			VALUES (:roomNo, :minute, :lastSeq, :sums, :checksum) ON CONFLICT (room_no, minute) DO UPDATE
			SET last_seq = excluded.last_seq, sums = excluded.sums, checksum = excluded.checksum`,
		);
		this.#gift = db.prepare<[number, string], GiftRow>(
			"SELECT count, diamonds, gift, checksum FROM broadcast_gifts WHERE broadcast_no = ? AND gift_id = ?",
		);
		this.#saveGift = db.prepare<[number, string, number, number, string, number]>(
			"INSERT OR REPLACE INTO broadcast_gifts (broadcast_no, gift_id, count, diamonds, gift, checksum) VALUES (?, ?, ?, ?, ?, ?)",
		);
		this.#deleteMinute = db.prepare<[number, number]>("DELETE FROM minutes WHERE room_no = ? AND minute = ?");
		this.#deleteMinutes = db.prepare<[number, number]>("DELETE FROM minutes WHERE room_no = ? AND last_seq < ?");
	}

	/**
	 * To be called within the transaction that has counted the events in their broadcasts.
	 * @throws DamagedSums
	 */
	add(room: Room, events: readonly NumberedWireEvent[]): void {
		const { roomNo } = room;
		const minutes = new Map<number, { sums: Sums; stored: MinuteRow | undefined; lastSeq: number }>();
		for (const event of events) {
			const minute = minuteOf(event.at);
			const { sums, stored } = minutes.get(minute) ?? this.#stored(roomNo, minute);
			minutes.set(minute, { sums, stored, lastSeq: Math.max(stored?.lastSeq ?? 0, event.seq) });
			// It may be counted again, where another minute of the room is.
			if (event.seq > (stored?.lastSeq ?? 0)) addToSums(sums, event);
		}
		let added = 0;
		for (const [minute, { sums, stored, lastSeq }] of minutes) {
			if (!stored) added++;
			const row = { roomNo, minute, lastSeq, sums: JSON.stringify(sums) };
			this.#saveMinute.run({ ...row, checksum: checksumOfMinute(row) });
		}
		if (added > 0) this.#rooms.change(room, { minutes: room.minutes + added });
		this.#known.learn(events);
	}

	/**
	 * Adds gifts of a broadcast to those that are stored.
	 * @returns how many are new. @throws DamagedSums
	 */
	addGifts(broadcastNo: number, kinds: Iterable<GiftKind>): number {
		let added = 0;
		for (const { giftId, count, diamonds, ...described } of kinds) {
			const row = this.#gift.get(broadcastNo, giftId);
			if (row && row.checksum !== checksumOf(broadcastNo, giftId, row.count, row.diamonds, row.gift)) {
				throw new DamagedSums({ broadcastNo }, `of a gift of broadcast ${broadcastNo}`);
			}
			if (!row) added++;
			const sums = [
				plus(row?.count ?? 0, count),
				plus(row?.diamonds ?? 0, diamonds),
				JSON.stringify(described),
			] as const;
			this.#saveGift.run(broadcastNo, giftId, ...sums, checksumOf(broadcastNo, giftId, ...sums));
		}
		return added;
	}

	/** Lets go of what belongs to events that are gone. To be called within the transaction that deletes them. */
	trim(room: Room, oldest: number): void {
		const { changes } = this.#deleteMinutes.run(room.roomNo, oldest);
		if (changes > 0) this.#rooms.change(room, { minutes: room.minutes - changes });
	}

	/** Minutes of a room that are not as they were written. */
	damaged({ roomNo }: Room): number[] {
		const rows = this.#minutes.all(roomNo);
		return rows.filter((row) => !isSoundMinute(row)).map(({ minute }) => minute);
	}

	/** Deletes a damaged minute, so that it can be counted again. To be called within a transaction. */
	forget(room: Room, minute: number | undefined): void {
		if (minute !== undefined) this.#deleteMinute.run(room.roomNo, minute);
		this.#rooms.change(room, { minutes: this.#count.get(room.roomNo) ?? 0 });
	}

	/** @throws DamagedSums */
	#stored(roomNo: number, minute: number): { sums: Sums; stored: MinuteRow | undefined } {
		const stored = this.#minute.get(roomNo, minute);
		if (stored && !isSoundMinute(stored)) throw new DamagedSums({ minute });
		return { sums: sumsFrom(stored?.sums) ?? newSums(), stored };
	}
}

/** Sums as they are stored; `undefined` where there are none, or they can't be read. */
export function sumsFrom(text: string | undefined): Sums | undefined {
	const sums = text === undefined ? undefined : fromJson<Sums>(text);
	return typeof sums?.messages === "object" ? { ...newSums(), ...sums } : undefined;
}

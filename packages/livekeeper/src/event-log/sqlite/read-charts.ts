import { bestKinds } from "../best.ts";
import type { Mark } from "../block.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import {
	addToKinds,
	addToSums,
	type BroadcastGifts,
	type GiftKind,
	mergeSums,
	minuteMs,
	minuteOf,
	newSums,
	type Series,
	type SeriesPoint,
	type SeriesQuery,
	type Sums,
} from "../charts.ts";
import { fromJson, parsed } from "./add-up.ts";
import { sumsFrom } from "./chart-writer.ts";
import type { Db } from "./open-database.ts";
import type { BroadcastReader, OnUnreadable } from "./read-broadcasts.ts";
import type { Piece, RoomBlocks } from "./room-blocks.ts";
import type { Room, StoredRooms } from "./rooms.ts";
import { isSoundMinute, type MinuteRow, SoundSums, selectMinutes } from "./sound-sums.ts";
import { storedKinds } from "./top-gifts.ts";

/** Most events that a query counts when upkeep has not counted them yet. */
const maxTail = 10_000;

/**
 * The sums that charts are drawn from, up to date with the room's events. What came since the last round of upkeep is
 * counted here, in memory, so that nothing has to be written. To be called within a transaction.
 */
export class ChartReader {
	readonly #db: Db;
	readonly #broadcasts: BroadcastReader;
	readonly #onUnreadable: OnUnreadable;
	readonly #rooms: StoredRooms;
	readonly #sound: SoundSums;
	readonly #minutes;
	readonly #blocks: RoomBlocks;
	readonly #broadcast;

	constructor(db: Db, rooms: StoredRooms, blocks: RoomBlocks, broadcasts: BroadcastReader, onUnreadable: OnUnreadable) {
		this.#db = db;
		this.#blocks = blocks;
		this.#onUnreadable = onUnreadable;
		this.#broadcasts = broadcasts;
		this.#rooms = rooms;
		this.#sound = new SoundSums(db);
		this.#minutes = db.prepare<[number, number, number], MinuteRow>(
			`${selectMinutes} WHERE room_no = ? AND minute >= ? AND minute < ? ORDER BY minute`,
		);
		this.#broadcast = db.prepare<[number, string], { broadcastNo: number; lastSeq: number; topGifts: string | null }>(
			"SELECT broadcast_no AS broadcastNo, last_seq AS lastSeq, top_gifts AS topGifts FROM broadcasts WHERE room_no = ? AND room_id = ?",
		);
	}

	series(liveId: string, { from, to, step }: SeriesQuery): Series {
		const room = this.#rooms.find(liveId);
		if (!room) return { points: [], countedTo: 0, lastSeq: 0 };
		const first = minuteOf(from);
		const end = Math.ceil(to / minuteMs);
		const minutes = new Map<number, Sums>();
		const counted = new Map<number, number>();
		for (const row of this.#minutes.iterate(room.roomNo, first, end)) {
			const read = isSoundMinute(row) ? sumsFrom(row.sums) : undefined;
			counted.set(row.minute, row.lastSeq);
			if (read) minutes.set(row.minute, read);
			else this.#onUnreadable(liveId, `minute ${row.minute}`);
		}
		if (!this.#sound.hasMinutes(room)) this.#onUnreadable(liveId, "minutes");
		const countedTo = endOfTail(room);
		const isWithin = ({ at }: Mark) => at >= first * minuteMs && at < end * minuteMs;
		for (const event of parsed(this.#tail(room), isWithin)) {
			if (event.seq > (counted.get(minuteOf(event.at)) ?? 0)) addTo(minutes, event);
		}
		return { points: pointsOf(minutes, first, step), countedTo, lastSeq: room.lastSeq };
	}

	gifts(liveId: string, roomId: string, most: number): BroadcastGifts | undefined {
		const room = this.#rooms.find(liveId);
		const given = this.#broadcasts.gifters(liveId, roomId, most);
		if (!room || !given) return undefined;
		const { diamonds, gifters: byGiver } = given;
		const row = this.#broadcast.get(room.roomNo, roomId);
		if (row && row.topGifts !== null) {
			return { diamonds, byKind: (fromJson<GiftKind[]>(row.topGifts) ?? []).slice(0, most), byGiver };
		}
		const stored = row ? storedKinds(this.#db, row.broadcastNo) : [];
		const kinds = new Map(stored.map((kind) => [kind.giftId, kind]));
		for (const event of parsed(this.#tail(room), ({ type }) => type === "gift")) {
			if (event.room_id === roomId && event.seq > (row?.lastSeq ?? 0)) addToKinds(kinds, event);
		}
		return { diamonds, byKind: bestKinds([...kinds.values()], most), byGiver };
	}

	/** What is not counted yet. */
	#tail(room: Room): Iterable<Piece> {
		return this.#blocks.whole(room.roomNo, room.countedSeq, endOfTail(room));
	}
}

const endOfTail = ({ countedSeq, lastSeq }: Room) => Math.min(lastSeq, countedSeq + maxTail);

function addTo(minutes: Map<number, Sums>, event: NumberedWireEvent): void {
	const minute = minuteOf(event.at);
	const sums = minutes.get(minute) ?? newSums();
	addToSums(sums, event);
	minutes.set(minute, sums);
}

function pointsOf(minutes: ReadonlyMap<number, Sums>, first: number, step: number): SeriesPoint[] {
	const points = new Map<number, SeriesPoint>();
	for (const [minute, sums] of [...minutes].toSorted(([a], [b]) => a - b)) {
		const at = (first + Math.floor((minute - first) / step) * step) * minuteMs;
		const point = points.get(at) ?? { at, ...newSums() };
		mergeSums(point, sums);
		points.set(at, point);
	}
	return [...points.values()];
}

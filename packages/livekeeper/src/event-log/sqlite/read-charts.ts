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
import { storedKinds } from "./top-gifts.ts";

interface RoomRow {
	roomNo: number;
	countedSeq: number;
	lastSeq: number;
}

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
	readonly #room;
	readonly #minutes;
	readonly #blocks: RoomBlocks;
	readonly #broadcast;

	constructor(db: Db, blocks: RoomBlocks, broadcasts: BroadcastReader, onUnreadable: OnUnreadable) {
		this.#db = db;
		this.#blocks = blocks;
		this.#onUnreadable = onUnreadable;
		this.#broadcasts = broadcasts;
		this.#room = db.prepare<[string], RoomRow>(
			"SELECT room_no AS roomNo, counted_seq AS countedSeq, last_seq AS lastSeq FROM rooms WHERE live_id = ?",
		);
		this.#minutes = db.prepare<[number, number, number], { minute: number; sums: string }>(
			"SELECT minute, sums FROM minutes WHERE room_no = ? AND minute >= ? AND minute < ? ORDER BY minute",
		);
		this.#broadcast = db.prepare<[number, string], { broadcastNo: number; topGifts: string | null }>(
			"SELECT broadcast_no AS broadcastNo, top_gifts AS topGifts FROM broadcasts WHERE room_no = ? AND room_id = ?",
		);
	}

	series(liveId: string, { from, to, step }: SeriesQuery): Series {
		const room = this.#room.get(liveId);
		if (!room) return { points: [], countedTo: 0, lastSeq: 0 };
		const first = minuteOf(from);
		const end = Math.ceil(to / minuteMs);
		const minutes = new Map<number, Sums>();
		for (const { minute, sums } of this.#minutes.iterate(room.roomNo, first, end)) {
			const read = sumsFrom(sums);
			if (read) minutes.set(minute, read);
			else this.#onUnreadable(liveId, new Date(minute * minuteMs).toISOString());
		}
		const countedTo = endOfTail(room);
		const isWithin = ({ at }: Mark) => at >= first * minuteMs && at < end * minuteMs;
		for (const event of parsed(this.#tail(room), isWithin)) addTo(minutes, event);
		return { points: pointsOf(minutes, first, step), countedTo, lastSeq: room.lastSeq };
	}

	gifts(liveId: string, roomId: string, most: number): BroadcastGifts | undefined {
		const room = this.#room.get(liveId);
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
			if (event.room_id === roomId) addToKinds(kinds, event);
		}
		return { diamonds, byKind: bestKinds([...kinds.values()], most), byGiver };
	}

	/** What is not counted yet. */
	#tail(room: RoomRow): Iterable<Piece> {
		return this.#blocks.whole(room.roomNo, room.countedSeq, endOfTail(room));
	}
}

const endOfTail = ({ countedSeq, lastSeq }: RoomRow) => Math.min(lastSeq, countedSeq + maxTail);

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

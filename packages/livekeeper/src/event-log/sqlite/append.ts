import type { Cursor } from "@livekeeper/douyin";
import { type EncodedBatch, withRaw, withSeq } from "../encoded-event.ts";
import type { BatchResult } from "../group-commit.ts";
import type { Db } from "./open-database.ts";
import { maxRoomNo, position, seqOf } from "./position.ts";

interface RoomRow {
	roomNo: number;
	lastSeq: number;
	newestAt: number;
	maxSkewMs: number;
	maxAheadMs: number;
}

/** Rooms that a transaction touched, with what has to be written of them at its end. */
interface Touched {
	room: RoomRow;
	firstStoredAt: number | null;
	/** The newest; `undefined`: the stored one stays. */
	cursor: Cursor | undefined;
}

/** Writes batches. The rooms' newest numbers are kept in memory and are dropped whenever a transaction fails. */
export class Appender {
	readonly #rooms = new Map<string, RoomRow>();
	#events: number;
	readonly #transaction: (batches: readonly EncodedBatch[], now: number) => BatchResult[];
	readonly #find;
	readonly #create;
	readonly #insert;
	readonly #known;
	readonly #update;

	/** @param events how many the log has stored so far */
	constructor(db: Db, events: number) {
		this.#events = events;
		this.#find = db.prepare<[string], RoomRow>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, newest_at AS newestAt, max_skew_ms AS maxSkewMs,
			max_ahead_ms AS maxAheadMs FROM rooms WHERE live_id = ?`,
		);
		this.#create = db.prepare<[string]>(
			`INSERT INTO rooms (live_id, last_seq, oldest_seq, counted_seq)
			SELECT ?, seq_base, seq_base + 1, seq_base FROM log`,
		);
		this.#insert = db.prepare<[number, number, string, string, number, number, string]>(
			`INSERT INTO events (pos, room_no, id, type, at, stored_at, json) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id, room_no) DO NOTHING`,
		);
		this.#known = db.prepare<[string, number], number>("SELECT pos FROM events WHERE id = ? AND room_no = ?").pluck();
		this.#update = db.prepare<
			[number, number, number, number, number | null, string | null, string | null, string | null, number]
		>(
			`UPDATE rooms SET last_seq = ?, newest_at = ?, max_skew_ms = ?, max_ahead_ms = ?,
			oldest_at = coalesce(oldest_at, ?),
			cursor_room_id = coalesce(?, cursor_room_id), cursor = coalesce(?, cursor),
			cursor_internal_ext = coalesce(?, cursor_internal_ext) WHERE room_no = ?`,
		);
		this.#transaction = db.transaction((batches, now) => this.#writeAll(batches, now)).immediate;
	}

	/** How many events the log has stored so far. */
	get events(): number {
		return this.#events;
	}

	/** All of them in one transaction, or none. @param now ms since the epoch */
	append(batches: readonly EncodedBatch[], now: number): BatchResult[] {
		try {
			const results = this.#transaction(batches, now);
			this.#events += storedOf(batches, results);
			return results;
		} catch (error) {
			this.#rooms.clear();
			throw error;
		}
	}

	#writeAll(batches: readonly EncodedBatch[], now: number): BatchResult[] {
		const touched = new Map<string, Touched>();
		const results = batches.map((batch) => {
			let entry = touched.get(batch.liveId);
			if (!entry) {
				entry = { room: this.#room(batch.liveId), firstStoredAt: null, cursor: undefined };
				touched.set(batch.liveId, entry);
			}
			entry.cursor = batch.cursor ?? entry.cursor;
			return this.#write(batch, entry, now);
		});
		for (const { room, firstStoredAt, cursor } of touched.values()) {
			const { roomId = null, cursor: at = null, internalExt = null } = cursor ?? {};
			const { lastSeq, newestAt, maxSkewMs, maxAheadMs, roomNo } = room;
			this.#update.run(lastSeq, newestAt, maxSkewMs, maxAheadMs, firstStoredAt, roomId, at, internalExt, roomNo);
		}
		return results;
	}

	#write(batch: EncodedBatch, touched: Touched, now: number): BatchResult {
		const { room } = touched;
		const firstSeq = room.lastSeq + 1;
		const repeats: number[] = [];
		const repeatSeqs: number[] = [];
		const storedAt = Math.max(room.newestAt, now);
		batch.events.forEach(({ id, type, at, json, raw }, index) => {
			const seq = room.lastSeq + 1;
			const pos = position(room.roomNo, seq);
			const text = withRaw(withSeq(seq, json), raw);
			const { changes } = this.#insert.run(pos, room.roomNo, id, type, at, storedAt, text);
			if (changes === 0) {
				repeats.push(index);
				repeatSeqs.push(seqOf(this.#known.get(id, room.roomNo) ?? 0));
				return;
			}
			room.lastSeq = seq;
			room.newestAt = storedAt;
			room.maxSkewMs = Math.max(room.maxSkewMs, Math.abs(at - storedAt));
			room.maxAheadMs = Math.max(room.maxAheadMs, at - storedAt);
			touched.firstStoredAt ??= storedAt;
		});
		return { firstSeq, repeats, repeatSeqs };
	}

	#room(liveId: string): RoomRow {
		const known = this.#rooms.get(liveId) ?? this.#find.get(liveId);
		if (known) {
			this.#rooms.set(liveId, known);
			return known;
		}
		this.#create.run(liveId);
		const room = this.#find.get(liveId);
		if (!room || room.roomNo > maxRoomNo) throw new RangeError(`The log holds ${maxRoomNo} rooms at most.`);
		this.#rooms.set(liveId, room);
		return room;
	}
}

function storedOf(batches: readonly EncodedBatch[], results: readonly BatchResult[]): number {
	const repeats = results.reduce((sum, result) => sum + result.repeats.length, 0);
	return batches.reduce((sum, { events }) => sum + events.length, 0) - repeats;
}

import type { Cursor } from "@livekeeper/douyin";
import { type EncodedBatch, withRaw, withSeq } from "../encoded-event.ts";
import type { BatchResult } from "../group-commit.ts";
import { RecentIds } from "../recent-ids.ts";
import type { Db } from "./open-database.ts";
import { maxRoomNo, position, seqOf } from "./position.ts";
import { checksumOf } from "./stored-event.ts";

interface RoomRow {
	roomNo: number;
	lastSeq: number;
	newestAt: number;
	maxSkewMs: number;
	maxAheadMs: number;
}

interface Room extends RoomRow {
	ids: RecentIds;
}

/** Rooms that a transaction touched, with what has to be written of them at its end. */
interface Touched {
	room: Room;
	firstStoredAt: number | null;
	/** The newest; `undefined`: the stored one stays. */
	cursor: Cursor | undefined;
}

/**
 * Writes batches. The rooms' newest numbers and ids are kept in memory, and are dropped whenever a transaction fails: they
 * are read from the rooms' newest rows when they are next needed.
 */
export class Appender {
	readonly #rooms = new Map<string, Room>();
	readonly #knownEvents: number;
	#events: number;
	readonly #transaction: (batches: readonly EncodedBatch[], now: number) => BatchResult[];
	readonly #find;
	readonly #create;
	readonly #insert;
	readonly #newestIds;
	readonly #update;

	/**
	 * @param events how many the log has stored so far
	 * @param knownEvents how many of a room's newest events are recognised when they come again
	 */
	constructor(db: Db, events: number, knownEvents: number) {
		this.#events = events;
		this.#knownEvents = knownEvents;
		this.#find = db.prepare<[string], RoomRow>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, newest_at AS newestAt, max_skew_ms AS maxSkewMs,
			max_ahead_ms AS maxAheadMs FROM rooms WHERE live_id = ?`,
		);
		this.#create = db.prepare<[string]>(
			`INSERT INTO rooms (live_id, last_seq, oldest_seq, counted_seq)
			SELECT ?, seq_base, seq_base + 1, seq_base FROM log`,
		);
		this.#insert = db.prepare<[number, string, string, number, number, number, string]>(
			`INSERT INTO events (pos, id, type, at, stored_at, checksum, json) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		);
		this.#newestIds = db.prepare<[number, number], { pos: number; id: string; at: number }>(
			"SELECT pos, id, at FROM events WHERE pos > ? AND pos <= ? ORDER BY pos",
		);
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
			const known = room.ids.seqOf(id, at);
			if (known !== undefined) {
				repeats.push(index);
				repeatSeqs.push(known);
				return;
			}
			const seq = room.lastSeq + 1;
			const pos = position(room.roomNo, seq);
			const text = withRaw(withSeq(seq, json), raw);
			this.#insert.run(pos, id, type, at, storedAt, checksumOf({ pos, id, type, at, storedAt, json: text }), text);
			room.ids.add(seq, id, at);
			room.lastSeq = seq;
			room.newestAt = storedAt;
			room.maxSkewMs = Math.max(room.maxSkewMs, Math.abs(at - storedAt));
			room.maxAheadMs = Math.max(room.maxAheadMs, at - storedAt);
			touched.firstStoredAt ??= storedAt;
		});
		return { firstSeq, repeats, repeatSeqs };
	}

	#room(liveId: string): Room {
		const known = this.#rooms.get(liveId);
		if (known) return known;
		const room = { ...this.#found(liveId), ids: new RecentIds(this.#knownEvents) };
		const { roomNo, lastSeq } = room;
		const after = position(roomNo, Math.max(0, lastSeq - this.#knownEvents));
		const rows = this.#newestIds.iterate(after, position(roomNo, lastSeq));
		for (const { pos, id, at } of rows) room.ids.add(seqOf(pos), id, at);
		this.#rooms.set(liveId, room);
		return room;
	}

	#found(liveId: string): RoomRow {
		const found = this.#find.get(liveId);
		if (found) return found;
		this.#create.run(liveId);
		const made = this.#find.get(liveId);
		if (!made || made.roomNo > maxRoomNo) throw new RangeError(`The log holds ${maxRoomNo} rooms at most.`);
		return made;
	}
}

function storedOf(batches: readonly EncodedBatch[], results: readonly BatchResult[]): number {
	const repeats = results.reduce((sum, result) => sum + result.repeats.length, 0);
	return batches.reduce((sum, { events }) => sum + events.length, 0) - repeats;
}

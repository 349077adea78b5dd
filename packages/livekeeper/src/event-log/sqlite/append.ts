import { type EventKey, hashesOf } from "../recent-ids.ts";
import { type Commit, type Entry, otherNumbers, type RoomState, type RoomStates } from "./commit.ts";
import type { Db } from "./open-database.ts";
import { insertBlock, RoomBlocks } from "./room-blocks.ts";
import { StoreError } from "./store-error.ts";

interface RoomRow {
	roomNo: number;
	lastSeq: number;
	oldestSeq: number;
	newestAt: number;
}

interface AppendedLog {
	/** Which log it is. */
	id: string;
	/** The first event of a room gets the number behind this. */
	seqBase: number;
	/** How many it has stored so far. */
	events: number;
}

/**
 * Writes commits. What it knows of the rooms is dropped whenever a transaction fails, and is read again when it is next
 * needed.
 */
export class Appender {
	readonly #log: AppendedLog;
	readonly #rooms = new Map<string, RoomRow>();
	readonly #blocks: RoomBlocks;
	readonly #knownEvents: number;
	#events: number;
	readonly #transaction: (commit: Commit) => number;
	readonly #find;
	readonly #create;
	readonly #skip;
	readonly #insert;
	readonly #update;

	/** @param knownEvents how many of a room's newest events are recognised when they come again */
	constructor(db: Db, log: AppendedLog, knownEvents: number) {
		this.#log = log;
		this.#events = log.events;
		this.#knownEvents = knownEvents;
		this.#blocks = new RoomBlocks(db);
		this.#find = db.prepare<[string], RoomRow>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, oldest_seq AS oldestSeq, newest_at AS newestAt
			FROM rooms WHERE live_id = ?`,
		);
		this.#create = db.prepare<[string]>(
			`INSERT INTO rooms (live_id, last_seq, oldest_seq, counted_seq, compact_seq)
			SELECT ?, seq_base, seq_base + 1, seq_base, seq_base FROM log`,
		);
		this.#skip = db.prepare("UPDATE log SET skipped = skipped + seq_base");
		this.#insert = insertBlock(db);
		this.#update = db.prepare<
			[
				...[lastSeq: number, newestAt: number, skewMs: number, aheadMs: number, oldestAt: number | null],
				...[roomId: string | null, cursor: string | null, internalExt: string | null, same: string | null],
				...[repeats: number | null, roomNo: number],
			]
		>(
			`UPDATE rooms SET last_seq = ?, newest_at = ?, max_skew_ms = max(max_skew_ms, ?),
			max_ahead_ms = max(max_ahead_ms, ?), oldest_at = coalesce(oldest_at, ?),
			cursor_room_id = coalesce(?, cursor_room_id), cursor = coalesce(?, cursor),
			cursor_internal_ext = coalesce(?, cursor_internal_ext),
			cursor_repeats = iif(? IS NULL, cursor_repeats, ?) WHERE room_no = ?`,
		);
		this.#transaction = db.transaction((commit) => this.#writeAll(commit)).immediate;
	}

	/** How many events the log has stored so far. */
	get events(): number {
		return this.#events;
	}

	/** What has to be known of rooms to number their events; also of rooms that there are not yet. */
	states(liveIds: readonly string[]): RoomStates {
		return { log: this.#log.id, rooms: liveIds.map((liveId) => ({ liveId, ...this.#state(liveId) })) };
	}

	/**
	 * All of it in one transaction, or none; what is stored already is left as it is.
	 * @throws StoreError `other_numbers`
	 */
	append(commit: Commit): void {
		if (commit.log !== this.#log.id) throw numbersDiffer();
		try {
			this.#events += this.#transaction(commit);
		} catch (error) {
			this.#rooms.clear();
			throw error;
		}
	}

	/** @returns how many events it has stored */
	#writeAll({ entries, bytes }: Commit): number {
		let events = 0;
		let start = 0;
		for (const entry of entries) {
			events += this.#write(entry, Buffer.from(bytes.buffer, bytes.byteOffset + start, entry.end - start));
			start = entry.end;
		}
		return events;
	}

	#write(entry: Entry, body: Buffer): number {
		const { firstSeq, lastSeq, storedAt, types, skewMs, aheadMs, cursor } = entry;
		const room = this.#room(entry.liveId);
		const count = lastSeq - firstSeq + 1;
		const isNew = count > 0 && lastSeq > room.lastSeq;
		if (isNew) {
			if (firstSeq !== room.lastSeq + 1) throw numbersDiffer();
			this.#insert.run(room.roomNo, firstSeq, lastSeq, storedAt, types, body);
			room.lastSeq = lastSeq;
			room.newestAt = storedAt;
		}
		const { roomId = null, cursor: at = null, internalExt = null, repeats = null } = cursor ?? {};
		const oldestAt = isNew ? storedAt : null;
		this.#update.run(
			...([room.lastSeq, room.newestAt, skewMs, aheadMs, oldestAt] as const),
			...([roomId, at, internalExt, at, repeats, room.roomNo] as const),
		);
		return isNew ? count : 0;
	}

	#room(liveId: string): RoomRow {
		const known = this.#rooms.get(liveId);
		if (known) return known;
		let room = this.#find.get(liveId);
		if (!room) {
			this.#create.run(liveId);
			if (this.#log.seqBase > 0) this.#skip.run();
			room = this.#find.get(liveId);
		}
		if (!room) throw new TypeError(`room ${liveId} is not there, though it was made`);
		this.#rooms.set(liveId, room);
		return room;
	}

	#state(liveId: string): RoomState {
		const room = this.#find.get(liveId);
		if (!room) return { lastSeq: this.#log.seqBase, newestAt: 0, hashes: new Float64Array(0) };
		const { roomNo, lastSeq, newestAt } = room;
		const after = this.#blocks.afterNewest(roomNo, room, this.#knownEvents);
		const keys: EventKey[] = [];
		for (const { block, from, to } of this.#blocks.whole(roomNo, after, lastSeq)) keys.push(...block.keys(from, to));
		return { lastSeq, newestAt, hashes: hashesOf(keys) };
	}
}

function numbersDiffer(): StoreError {
	return new StoreError({ code: otherNumbers, message: "The numbers of a commit are not those that follow." });
}

import { cutBlock, hasCursor, type Place } from "../block.ts";
import { type CopiedRoom, isBlock, type Piece } from "../log-copy.ts";
import { skewsWith } from "../read-page.ts";
import { type EventKey, hashesOf } from "../recent-ids.ts";
import { type Commit, type Entry, otherNumbers, type RoomState, type RoomStates } from "./commit.ts";
import { rowOf } from "./cursor-row.ts";
import type { Db } from "./open-database.ts";
import { insertBlock, insertJump, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";
import { StoreError } from "./store-error.ts";

interface AppendedLog {
	/** Id of the log. */
	id: string;
	/** Number before the first event of a new room. */
	seqBase: number;
	/** Number of events stored so far. */
	events: number;
}

interface WrittenBlock {
	room: Room;
	place: Place;
	body: Buffer;
}

/** Writes commits. */
export class Appender {
	readonly #log: AppendedLog;
	readonly #rooms: Rooms;
	readonly #blocks: RoomBlocks;
	readonly #knownEvents: number;
	#events: number;
	readonly #transaction: (commit: Commit) => WrittenBlock[];
	readonly #copies: (liveId: string, pieces: readonly Piece[]) => number;
	readonly #skip;
	readonly #insert;
	readonly #jump;

	/** @param knownEvents number of a room's newest events that are recognised when they come again */
	constructor(db: Db, rooms: Rooms, log: AppendedLog, knownEvents: number) {
		this.#rooms = rooms;
		this.#log = log;
		this.#events = log.events;
		this.#knownEvents = knownEvents;
		this.#blocks = new RoomBlocks(db);
		this.#skip = db.prepare<[number]>("UPDATE log SET skipped = skipped + ?");
		this.#insert = insertBlock(db);
		this.#jump = insertJump(db);
		this.#copies = rooms.transaction((liveId: string, pieces: readonly Piece[]) => this.#copyAll(liveId, pieces));
		this.#transaction = rooms.transaction((commit: Commit) => this.#writeAll(commit));
	}

	/** Number of events that the log has stored so far. */
	get events(): number {
		return this.#events;
	}

	/** Returns the state needed to number events of rooms, including rooms that don't exist yet. */
	states(liveIds: readonly string[]): RoomStates {
		return { log: this.#log.id, rooms: liveIds.map((liveId) => ({ liveId, ...this.#state(liveId) })) };
	}

	/**
	 * Stores all of a commit in one transaction, or nothing. Parts that are already stored are left unchanged.
	 * @returns the new blocks
	 * @throws StoreError `other_numbers`
	 */
	append(commit: Commit): readonly WrittenBlock[] {
		if (commit.log !== this.#log.id) throw numbersDiffer();
		const written = this.#transaction(commit);
		for (const { place } of written) this.#events += place.lastSeq - place.firstSeq + 1;
		return written;
	}

	/** Creates rooms of another log that do not exist here yet. To be called within a transaction. */
	begin(rooms: readonly CopiedRoom[]): void {
		for (const { liveId, oldestSeq } of rooms) {
			if (this.#rooms.find(liveId)) continue;
			this.#rooms.create(liveId, oldestSeq - 1);
			this.#skip.run(oldestSeq - 1);
		}
	}

	/** Stores pieces of another log behind a room's newest event, all of them or none. */
	copy(liveId: string, pieces: readonly Piece[]): void {
		this.#events += this.#copies(liveId, pieces);
	}

	/** @returns the number of new events */
	#copyAll(liveId: string, pieces: readonly Piece[]): number {
		const room = this.#rooms.find(liveId);
		if (!room) throw numbersDiffer();
		let events = 0;
		for (const piece of pieces) {
			const [first, last] = isBlock(piece) ? [piece.firstSeq, piece.lastSeq] : [piece.from, piece.to];
			if (last <= room.lastSeq) continue;
			if (first !== room.lastSeq + 1) throw numbersDiffer();
			if (!isBlock(piece)) {
				this.#jump(room.roomNo, piece, room.newestAt);
				this.#skip.run(last - first + 1);
				Object.assign(room, { lastSeq: last });
				continue;
			}
			const { marks, types, parts } = piece;
			const storedAt = Math.max(room.newestAt, piece.storedAt(last));
			this.#insert([room.roomNo, first, last, piece.storedAt(last), types], parts);
			events += marks.length;
			for (const mark of marks) Object.assign(room, skewsWith([mark], mark.storedAt, room));
			Object.assign(room, { lastSeq: last, newestAt: storedAt, oldestAt: room.oldestAt ?? piece.storedAt(last) });
		}
		this.#rooms.change(room, {});
		return events;
	}

	#writeAll({ entries, bytes }: Commit): WrittenBlock[] {
		const written: WrittenBlock[] = [];
		let start = 0;
		for (const entry of entries) {
			const body = Buffer.from(bytes.buffer, bytes.byteOffset + start, entry.end - start);
			const room = this.#write(entry, body);
			if (room) written.push({ room, place: entry, body });
			start = entry.end;
		}
		return written;
	}

	/** @returns the room if its block is new */
	#write(entry: Entry, body: Buffer): Room | undefined {
		const { firstSeq, lastSeq, storedAt, types, maxSkewMs, maxAheadMs, cursor } = entry;
		const room = this.#rooms.find(entry.liveId) ?? this.#create(entry.liveId);
		const isNew = lastSeq > room.lastSeq;
		if (isNew) {
			if (firstSeq !== room.lastSeq + 1) throw numbersDiffer();
			this.#insert([room.roomNo, firstSeq, lastSeq, storedAt, types], cutBlock(body));
		}
		const change = {
			...(isNew && { lastSeq, newestAt: storedAt, oldestAt: room.oldestAt ?? storedAt }),
			maxSkewMs: Math.max(room.maxSkewMs, maxSkewMs),
			maxAheadMs: Math.max(room.maxAheadMs, maxAheadMs),
			...(cursor && rowOf(cursor)),
		};
		const isInBlock =
			isNew &&
			(cursor ? hasCursor(body) : room.cursor === null) &&
			room.oldestAt !== null &&
			room.maxSkewMs === change.maxSkewMs &&
			room.maxAheadMs === change.maxAheadMs;
		if (isInBlock) this.#rooms.note(room, change);
		else this.#rooms.change(room, change);
		return isNew ? room : undefined;
	}

	#create(liveId: string): Room {
		const room = this.#rooms.create(liveId, this.#log.seqBase);
		this.#skip.run(this.#log.seqBase);
		return room;
	}

	#state(liveId: string): RoomState {
		const room = this.#rooms.find(liveId);
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

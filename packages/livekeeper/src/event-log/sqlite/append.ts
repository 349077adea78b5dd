import { hasCursor, type Place } from "../block.ts";
import { type EventKey, hashesOf } from "../recent-ids.ts";
import { type Commit, type Entry, otherNumbers, type RoomState, type RoomStates } from "./commit.ts";
import { rowOf } from "./cursor-row.ts";
import type { Db } from "./open-database.ts";
import { insertBlock, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";
import { StoreError } from "./store-error.ts";

interface AppendedLog {
	/** Which log it is. */
	id: string;
	/** The first event of a room gets the number behind this. */
	seqBase: number;
	/** How many it has stored so far. */
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
	readonly #skip;
	readonly #insert;

	/** @param knownEvents how many of a room's newest events are recognised when they come again */
	constructor(db: Db, rooms: Rooms, log: AppendedLog, knownEvents: number) {
		this.#rooms = rooms;
		this.#log = log;
		this.#events = log.events;
		this.#knownEvents = knownEvents;
		this.#blocks = new RoomBlocks(db);
		this.#skip = db.prepare("UPDATE log SET skipped = skipped + seq_base");
		this.#insert = insertBlock(db);
		this.#transaction = rooms.transaction((commit: Commit) => this.#writeAll(commit));
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
	 * @returns the blocks that are new
	 * @throws StoreError `other_numbers`
	 */
	append(commit: Commit): readonly WrittenBlock[] {
		if (commit.log !== this.#log.id) throw numbersDiffer();
		const written = this.#transaction(commit);
		for (const { place } of written) this.#events += place.lastSeq - place.firstSeq + 1;
		return written;
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

	/** @returns the room where its block is new */
	#write(entry: Entry, body: Buffer): Room | undefined {
		const { firstSeq, lastSeq, storedAt, types, skewMs, aheadMs, cursor } = entry;
		const room = this.#rooms.find(entry.liveId) ?? this.#create(entry.liveId);
		const isNew = lastSeq >= firstSeq && lastSeq > room.lastSeq;
		if (isNew) {
			if (firstSeq !== room.lastSeq + 1) throw numbersDiffer();
			this.#insert.run(room.roomNo, firstSeq, lastSeq, storedAt, types, body);
		}
		const change = {
			...(isNew && { lastSeq, newestAt: storedAt, oldestAt: room.oldestAt ?? storedAt }),
			maxSkewMs: Math.max(room.maxSkewMs, skewMs),
			maxAheadMs: Math.max(room.maxAheadMs, aheadMs),
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
		if (this.#log.seqBase > 0) this.#skip.run();
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

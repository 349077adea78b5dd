import { bestKinds, bestOf } from "../best.ts";
import { mostSum } from "../bounded.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import { type Addition, addUp, type StoredTotals, totalsFrom } from "./add-up.ts";
import type { ChartWriter } from "./chart-writer.ts";
import type { Mender } from "./mender.ts";
import type { Db } from "./open-database.ts";
import { type Hole, RoomBlocks } from "./room-blocks.ts";
import { faultOf } from "./store-error.ts";
import { topGivers } from "./top-gifters.ts";
import { storedKinds } from "./top-gifts.ts";

export interface FoldableRoom {
	roomNo: number;
	liveId: string;
	oldestSeq: number;
	/** Events up to here are counted. */
	countedSeq: number;
	lastSeq: number;
}

/** An event that is left out of what its room adds up to. */
export interface Uncounted {
	liveId: string;
	seq: number;
	why: string;
}

/** Events that are counted in one transaction. */
export const chunkRows = 200;
const userRows = 300;

/**
 * Adds events up into their broadcasts and charts, a chunk at a time and off the hot path. How far it came (`counted_seq`) is
 * stored in the chunk's own transaction, so each event counts once whatever is killed when. Retention never deletes
 * what isn't counted yet.
 */
export class BroadcastFolder {
	readonly #db: Db;
	readonly #charts: ChartWriter;
	readonly #mender: Mender;
	readonly #blocks: RoomBlocks;
	readonly #fold: (room: FoldableRoom, most: number) => void;
	readonly #foldRooms: (rooms: readonly FoldableRoom[]) => void;
	readonly #uncounted;
	readonly #find;
	readonly #insert;
	readonly #update;
	readonly #addUser;
	readonly #addDiamonds;
	readonly #advance;
	readonly #left;
	readonly #ended;
	readonly #deletes;
	/** Its best are stored, and its users and gifts are being deleted. */
	#settling: number | undefined;
	#leftOut: Uncounted[] = [];
	/** A process before this one may have been cut off at that. Looked for once: it reads all broadcasts that are known. */
	#mayBeLeft = true;

	constructor(db: Db, charts: ChartWriter, mender: Mender) {
		this.#db = db;
		this.#charts = charts;
		this.#mender = mender;
		this.#blocks = new RoomBlocks(db);
		this.#find = db.prepare<[number, string], StoredTotals>(
			`SELECT broadcast_no AS broadcastNo, totals, users FROM broadcasts WHERE room_no = ? AND room_id = ?`,
		);
		this.#insert = db.prepare<[number, string]>(
			"INSERT INTO broadcasts (room_no, room_id, totals, users, last_seq) VALUES (?, ?, '{}', 0, 0)",
		);
		this.#update = db.prepare<[string, number, number, number]>(
			"UPDATE broadcasts SET totals = ?, users = ?, last_seq = ? WHERE broadcast_no = ?",
		);
		this.#addUser = db.prepare<[number, string, number, string | null]>(
			"INSERT INTO broadcast_users (broadcast_no, user_key, diamonds, gifter) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		);
		this.#addDiamonds = db.prepare<[number, string | null, number, string]>(
			`UPDATE broadcast_users SET diamonds = min(${mostSum}, diamonds + ?), gifter = ?
			WHERE broadcast_no = ? AND user_key = ?`,
		);
		this.#advance = db.prepare<[number, number]>("UPDATE rooms SET counted_seq = ? WHERE room_no = ?");
		this.#uncounted = db.prepare<[number], FoldableRoom>(
			`SELECT room_no AS roomNo, live_id AS liveId, counted_seq AS countedSeq, oldest_seq AS oldestSeq,
			last_seq AS lastSeq FROM rooms WHERE last_seq - counted_seq >= ? LIMIT ${chunkRows}`,
		);
		this.#left = db
			.prepare<[], number>(
				`SELECT broadcast_no FROM broadcasts AS b WHERE top_gifters IS NOT NULL
				AND (EXISTS (SELECT 1 FROM broadcast_users AS u WHERE u.broadcast_no = b.broadcast_no)
				OR EXISTS (SELECT 1 FROM broadcast_gifts AS g WHERE g.broadcast_no = b.broadcast_no)) LIMIT 1`,
			)
			.pluck();
		// A room's newest broadcast is never settled. By rooms: of each only those are read that are old enough.
		this.#ended = db
			.prepare<[], number>(
				`SELECT broadcast_no FROM rooms CROSS JOIN broadcasts AS b USING (room_no)
				WHERE b.top_gifters IS NULL AND b.last_seq < oldest_seq
				AND EXISTS (SELECT 1 FROM broadcasts AS n
				WHERE n.top_gifters IS NULL AND n.room_no = b.room_no AND n.broadcast_no > b.broadcast_no) LIMIT 1`,
			)
			.pluck();
		this.#deletes = ["broadcast_users", "broadcast_gifts"].map((table) =>
			db.prepare(`DELETE FROM ${table} WHERE broadcast_no = ? LIMIT ${userRows}`),
		);
		this.#fold = db.transaction((room: FoldableRoom, most: number) => this.#foldChunk(room, most)).immediate;
		this.#foldRooms = db.transaction((rooms: readonly FoldableRoom[]) => this.#foldChunks(rooms)).immediate;
	}

	/** Counts a chunk of one room. */
	fold(room: FoldableRoom): void {
		try {
			this.#fold(room, chunkRows);
		} catch (error) {
			if (!isOfEvents(error)) throw error;
			this.#foldOneByOne(room);
		}
	}

	/** Events that could not be counted since this was last called. */
	leftOut(): Uncounted[] {
		const leftOut = this.#leftOut;
		this.#leftOut = [];
		return leftOut;
	}

	/**
	 * Counts a chunk of events that are not counted yet, of several rooms where they have few each: a transaction costs as
	 * much as many events.
	 * @param least rooms that have fewer are left for later
	 * @returns false when there is nothing to count
	 */
	foldSome(least = 1): boolean {
		const rooms = this.#uncounted.all(least);
		if (rooms.length === 0) return false;
		try {
			this.#foldRooms(rooms);
		} catch (error) {
			if (!isOfEvents(error)) throw error;
			for (const room of rooms) this.fold(room);
		}
		return true;
	}

	/**
	 * Lets go of the users and gifts of one broadcast whose events are all gone, keeping the ten best of each. The room's newest
	 * broadcast is left alone: it may still go on.
	 * @returns whether there may be more to do
	 */
	settleOne(): boolean {
		if (this.#settling === undefined && this.#mayBeLeft) {
			this.#settling = this.#left.get();
			this.#mayBeLeft = this.#settling !== undefined;
		}
		if (this.#settling !== undefined) {
			const deleted = this.#deletes.map((one) => one.run(this.#settling).changes);
			if (deleted.every((rows) => rows < userRows)) this.#settling = undefined;
			return true;
		}
		const ended = this.#ended.get();
		if (ended === undefined) return false;
		const gifters = JSON.stringify(bestOf(topGivers(this.#db, ended)));
		const gifts = JSON.stringify(bestKinds(storedKinds(this.#db, ended)));
		this.#db
			.prepare("UPDATE broadcasts SET top_gifters = ?, top_gifts = ? WHERE broadcast_no = ?")
			.run(gifters, gifts, ended);
		this.#settling = ended;
		return true;
	}

	#foldChunks(rooms: readonly FoldableRoom[]): void {
		let left = chunkRows;
		for (const room of rooms) {
			if (left > 0) left -= this.#foldChunk(room, left);
		}
	}

	/** A chunk of a room, without the events that can't be counted. */
	#foldOneByOne(room: FoldableRoom): void {
		const { roomNo, liveId, lastSeq } = room;
		let countedSeq = this.#blocks.past(roomNo, room.countedSeq);
		for (let left = chunkRows; left > 0 && countedSeq < lastSeq; left--) {
			try {
				this.#fold({ ...room, countedSeq }, 1);
			} catch (error) {
				if (!isOfEvents(error)) throw error;
				this.#advance.run(countedSeq + 1, roomNo);
				const why = error instanceof Error ? error.message : String(error);
				this.#leftOut.push({ liveId, seq: countedSeq + 1, why });
			}
			countedSeq = this.#blocks.past(roomNo, countedSeq + 1);
		}
	}

	/** @returns how many events it has counted, `most` at most */
	#foldChunk(room: FoldableRoom, most: number): number {
		const { roomNo, lastSeq } = room;
		const countedSeq = Math.min(lastSeq, this.#blocks.past(roomNo, room.countedSeq));
		const end = Math.min(lastSeq, countedSeq + most);
		const holes: Hole[] = [];
		const events = Array.from(
			this.#blocks.events(roomNo, countedSeq, end, (hole) => void holes.push(hole)),
			// The log's own text: it is what this program has written.
			({ json }) => JSON.parse(json) as NumberedWireEvent,
		);
		for (const hole of holes) this.#mender.mend(room, hole);
		const additions = addUp(events, (roomId) => this.#find.get(roomNo, roomId));
		for (const [roomId, addition] of additions) this.#store(room, roomId, addition);
		this.#charts.add(roomNo, events);
		this.#advance.run(end, roomNo);
		return end - countedSeq;
	}

	#store({ roomNo, liveId }: FoldableRoom, roomId: string, { totals, known, users }: Addition): void {
		if (known && !totalsFrom(known.totals)) {
			this.#leftOut.push({ liveId, seq: totals.firstSeq, why: `the sums of broadcast ${roomId} can't be read` });
		}
		const broadcastNo = known?.broadcastNo ?? Number(this.#insert.run(roomNo, roomId).lastInsertRowid);
		let userCount = known?.users ?? 0;
		for (const [key, { diamonds, gifter }] of users) {
			if (this.#addUser.run(broadcastNo, key, diamonds, gifter).changes > 0) userCount++;
			else if (diamonds > 0) this.#addDiamonds.run(diamonds, gifter, broadcastNo, key);
		}
		this.#update.run(JSON.stringify(totals), userCount, totals.lastSeq, broadcastNo);
	}
}

/** Whether it is what events or sums hold that made counting fail, and neither the disk nor the database as a whole. */
function isOfEvents(error: unknown): boolean {
	return faultOf(error) === "internal";
}

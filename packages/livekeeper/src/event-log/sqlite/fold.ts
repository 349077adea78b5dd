import { bestKinds, bestOf } from "../best.ts";
import { type Addition, addUp, parsed, type StoredTotals } from "./add-up.ts";
import type { ChartWriter } from "./chart-writer.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { topGivers } from "./top-gifters.ts";
import { storedKinds } from "./top-gifts.ts";

export interface FoldableRoom {
	roomNo: number;
	/** Events up to here are counted. */
	countedSeq: number;
	lastSeq: number;
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
	readonly #fold: (room: FoldableRoom) => void;
	readonly #foldRooms: (rooms: readonly FoldableRoom[]) => void;
	readonly #uncounted;
	readonly #rows;
	readonly #find;
	readonly #insert;
	readonly #update;
	readonly #addUser;
	readonly #addDiamonds;
	readonly #advance;
	readonly #left;
	readonly #ended;
	readonly #deletes;
	/** Its best are stored, and its users and gifts are being let go of. */
	#settling: number | undefined;
	/** A process before this one may have been cut off at that. Looked for once: it reads all broadcasts that are known. */
	#mayBeLeft = true;

	constructor(db: Db, charts: ChartWriter) {
		this.#db = db;
		this.#charts = charts;
		this.#rows = db
			.prepare<[number, number], string>("SELECT json FROM events WHERE pos > ? AND pos <= ? ORDER BY pos")
			.pluck();
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
			"UPDATE broadcast_users SET diamonds = diamonds + ?, gifter = ? WHERE broadcast_no = ? AND user_key = ?",
		);
		this.#advance = db.prepare<[number, number]>("UPDATE rooms SET counted_seq = ? WHERE room_no = ?");
		this.#uncounted = db.prepare<[number], FoldableRoom>(
			`SELECT room_no AS roomNo, counted_seq AS countedSeq, last_seq AS lastSeq
			FROM rooms WHERE last_seq - counted_seq >= ? LIMIT ${chunkRows}`,
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
		this.#fold = db.transaction((room: FoldableRoom) => this.#foldChunk(room, chunkRows)).immediate;
		this.#foldRooms = db.transaction((rooms: readonly FoldableRoom[]) => this.#foldChunks(rooms)).immediate;
	}

	/** Counts a chunk of one room. */
	fold(room: FoldableRoom): void {
		this.#fold(room);
	}

	/**
	 * Counts a chunk of events that are not counted yet, of several rooms where they have few each: a transaction costs as
	 * much as many events.
	 * @param least rooms that have fewer are left for later
	 * @returns false when there is nothing to count
	 */
	foldSome(least = 1): boolean {
		const rooms = this.#uncounted.all(least);
		if (rooms.length > 0) this.#foldRooms(rooms);
		return rooms.length > 0;
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

	/** @returns how many events it has counted, `most` at most */
	#foldChunk({ roomNo, countedSeq, lastSeq }: FoldableRoom, most: number): number {
		const end = Math.min(lastSeq, countedSeq + most);
		const events = [...parsed(this.#rows.iterate(position(roomNo, countedSeq), position(roomNo, end)))];
		const additions = addUp(events, (roomId) => this.#find.get(roomNo, roomId));
		for (const [roomId, addition] of additions) this.#store(roomNo, roomId, addition);
		this.#charts.add(roomNo, events);
		this.#advance.run(end, roomNo);
		return end - countedSeq;
	}

	#store(roomNo: number, roomId: string, { totals, known, users }: Addition): void {
		const broadcastNo = known?.broadcastNo ?? Number(this.#insert.run(roomNo, roomId).lastInsertRowid);
		let userCount = known?.users ?? 0;
		for (const [key, { diamonds, gifter }] of users) {
			if (this.#addUser.run(broadcastNo, key, diamonds, gifter).changes > 0) userCount++;
			else if (diamonds > 0) this.#addDiamonds.run(diamonds, gifter, broadcastNo, key);
		}
		this.#update.run(JSON.stringify(totals), userCount, totals.lastSeq, broadcastNo);
	}
}

import { type Addition, addUp, type StoredTotals } from "./add-up.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { tenBest, topGivers } from "./top-gifters.ts";

export interface FoldableRoom {
	roomNo: number;
	foldedSeq: number;
	lastSeq: number;
}

const chunkRows = 200;
const userRows = 300;

/**
 * Adds events up into their broadcasts, a chunk at a time and off the hot path. How far it came (`folded_seq`) is
 * stored in the chunk's own transaction, so each event counts once whatever is killed when. Retention never deletes
 * what isn't counted yet.
 */
export class BroadcastFolder {
	readonly #db: Db;
	readonly #fold: (room: FoldableRoom) => number;
	readonly #rows;
	readonly #find;
	readonly #insert;
	readonly #update;
	readonly #addUser;
	readonly #addDiamonds;
	readonly #advance;

	constructor(db: Db) {
		this.#db = db;
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
		this.#advance = db.prepare<[number, number]>("UPDATE rooms SET folded_seq = ? WHERE room_no = ?");
		this.#fold = db.transaction((room: FoldableRoom) => this.#foldChunk(room)).immediate;
	}

	/** @returns the `seq` up to which the room is counted now */
	fold(room: FoldableRoom): number {
		return this.#fold(room);
	}

	/** Some room with events that are not counted yet. */
	next(): FoldableRoom | undefined {
		return this.#db
			.prepare<[], FoldableRoom>(
				`SELECT room_no AS roomNo, folded_seq AS foldedSeq, last_seq AS lastSeq
				FROM rooms WHERE folded_seq < last_seq LIMIT 1`,
			)
			.get();
	}

	/**
	 * Lets go of the users of one broadcast whose events are all gone, keeping its top gifters. The room's newest
	 * broadcast is left alone: it may still go on.
	 * @returns whether there may be more to do
	 */
	settleOne(): boolean {
		const done = this.#db
			.prepare<[], number>(
				`SELECT broadcast_no FROM broadcasts AS b WHERE top_gifters IS NOT NULL
				AND EXISTS (SELECT 1 FROM broadcast_users AS u WHERE u.broadcast_no = b.broadcast_no) LIMIT 1`,
			)
			.pluck()
			.get();
		if (done !== undefined) {
			this.#db.prepare(`DELETE FROM broadcast_users WHERE broadcast_no = ? LIMIT ${userRows}`).run(done);
			return true;
		}
		const ended = this.#db
			.prepare<[], number>(
				`SELECT broadcast_no FROM broadcasts AS b JOIN rooms USING (room_no)
				WHERE top_gifters IS NULL AND b.last_seq < oldest_seq
				AND EXISTS (SELECT 1 FROM broadcasts AS n WHERE n.room_no = b.room_no AND n.broadcast_no > b.broadcast_no)
				LIMIT 1`,
			)
			.pluck()
			.get();
		if (ended === undefined) return false;
		const kept = JSON.stringify(tenBest(topGivers(this.#db, ended)));
		this.#db.prepare("UPDATE broadcasts SET top_gifters = ? WHERE broadcast_no = ?").run(kept, ended);
		return true;
	}

	#foldChunk({ roomNo, foldedSeq, lastSeq }: FoldableRoom): number {
		const end = Math.min(lastSeq, foldedSeq + chunkRows);
		const rows = this.#rows.iterate(position(roomNo, foldedSeq), position(roomNo, end));
		const additions = addUp(rows, (roomId) => this.#find.get(roomNo, roomId));
		for (const [roomId, addition] of additions) this.#store(roomNo, roomId, addition);
		this.#advance.run(end, roomNo);
		return end;
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

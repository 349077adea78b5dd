import { bestKinds, bestOf } from "../best.ts";
import { plus } from "../bounded.ts";
import type { NumberedWireEvent } from "../broadcast-summary.ts";
import { type Addition, addUp } from "./add-up.ts";
import { type ChartWriter, DamagedSums } from "./chart-writer.ts";
import { checksumOf, defineChecksum } from "./checksum.ts";
import type { Mender } from "./mender.ts";
import type { Db } from "./open-database.ts";
import { type Hole, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";
import { type BroadcastRow, checksumOfBroadcast, isSoundBroadcast, SoundSums, selectBroadcasts } from "./sound-sums.ts";
import { faultOf } from "./store-error.ts";
import { topGivers } from "./top-gifters.ts";
import { storedKinds } from "./top-gifts.ts";

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
	readonly #rooms: Rooms;
	readonly #charts: ChartWriter;
	readonly #mender: Mender;
	readonly #blocks: RoomBlocks;
	readonly #fold: (room: Room, most: number) => void;
	readonly #foldRooms: (rooms: readonly Room[]) => void;
	readonly #sound: SoundSums;
	readonly #find;
	readonly #ofRoom;
	readonly #byNo;
	readonly #nextNo;
	readonly #insert;
	readonly #update;
	readonly #addUser;
	readonly #user;
	readonly #give;
	readonly #bury;
	readonly #forget;
	readonly #recount: (room: Room, damaged: DamagedSums) => void;
	readonly #left;
	readonly #ended;
	readonly #deletes;
	/** Its best are stored, and its users and gifts are being deleted. */
	#settling: number | undefined;
	#leftOut: Uncounted[] = [];
	readonly #recounted = new Set<string>();
	/** A process before this one may have been cut off at that. Looked for once: it reads all broadcasts that are known. */
	#mayBeLeft = true;

	constructor(db: Db, rooms: Rooms, charts: ChartWriter, mender: Mender) {
		this.#db = db;
		this.#rooms = rooms;
		this.#charts = charts;
		this.#mender = mender;
		this.#blocks = new RoomBlocks(db);
		defineChecksum(db);
		this.#sound = new SoundSums(db);
		this.#find = db.prepare<[number, string], BroadcastRow>(`${selectBroadcasts} WHERE room_no = ? AND room_id = ?`);
		this.#ofRoom = db.prepare<[number], BroadcastRow>(`${selectBroadcasts} WHERE room_no = ?`);
		this.#byNo = db.prepare<[number], BroadcastRow>(`${selectBroadcasts} WHERE broadcast_no = ?`);
		this.#nextNo = db.prepare<[], number>("SELECT coalesce(max(broadcast_no), 0) + 1 FROM broadcasts").pluck();
		this.#insert = db.prepare<[number, number, string]>(
			`INSERT INTO broadcasts (broadcast_no, room_no, room_id, totals, users, gifts, last_seq, checksum)
			VALUES (?, ?, ?, '{}', 0, 0, 0, 0)`,
		);
		this.#update = db.prepare<Omit<BroadcastRow, "roomNo" | "roomId">>(
			`UPDATE broadcasts SET totals = :totals, users = :users, gifts = :gifts, last_seq = :lastSeq,
			top_gifters = :topGifters, top_gifts = :topGifts, checksum = :checksum WHERE broadcast_no = :broadcastNo`,
		);
		this.#addUser = db.prepare<[number, string, number, string | null, number]>(
			`INSERT INTO broadcast_users (broadcast_no, user_key, diamonds, gifter, checksum) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`,
		);
		this.#user = db.prepare<[number, string], UserRow>(
			`SELECT diamonds, gifter, checksum FROM broadcast_users NOT INDEXED WHERE broadcast_no = ? AND user_key = ?`,
		);
		this.#give = db.prepare<[number, string | null, number, number, string]>(
			"UPDATE broadcast_users SET diamonds = ?, gifter = ?, checksum = ? WHERE broadcast_no = ? AND user_key = ?",
		);
		this.#bury = db.prepare<[number]>(
			`UPDATE broadcasts SET room_no = 0, room_id = 'damaged ' || broadcast_no, top_gifters = '[]' WHERE broadcast_no = ?`,
		);
		this.#forget = db.prepare<[number]>("DELETE FROM broadcasts WHERE broadcast_no = ? AND room_no = 0");
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
		this.#fold = rooms.transaction((room: Room, most: number) => void this.#foldChunk(room, most));
		this.#foldRooms = rooms.transaction((some: readonly Room[]) => this.#foldChunks(some));
		this.#recount = rooms.transaction((room: Room, damaged: DamagedSums) => this.#startOver(room, damaged));
	}

	/** Looks at all that a room adds up to, and has counted again what is not as it was written. */
	check(room: Room): void {
		for (const row of this.#ofRoom.all(room.roomNo)) {
			if (!isSoundBroadcast(row) || !this.#sound.hasAll(row)) this.#recount(room, damagedBroadcast(row));
			else if (!this.#sound.isIndexed(row)) this.#db.exec("REINDEX broadcast_gifters");
		}
		for (const minute of this.#charts.damaged(room)) this.#recount(room, new DamagedSums({ minute }));
		if (!this.#sound.hasMinutes(room)) this.#recount(room, new DamagedSums({ minute: undefined }));
	}

	/** What the events add up to that are still there takes the place of what is damaged. */
	#startOver(room: Room, { broadcastNo, minute }: DamagedSums): void {
		const { liveId, oldestSeq, countedSeq } = room;
		if (broadcastNo !== undefined) {
			// Its people and gifts are many: they go as those of a broadcast that is settled.
			this.#bury.run(broadcastNo);
			this.#mayBeLeft = true;
		} else this.#charts.forget(room, minute);
		this.#rooms.change(room, { countedSeq: Math.min(countedSeq, oldestSeq - 1) });
		this.#recounted.add(liveId);
	}

	/** Counts a chunk of one room. */
	fold(room: Room): void {
		try {
			this.#fold(room, chunkRows);
		} catch (error) {
			if (error instanceof DamagedSums) this.#recount(room, error);
			else if (isOfEvents(error)) this.#foldOneByOne(room);
			else throw error;
		}
	}

	/** Rooms whose sums were damaged since this was last called: their events are counted again. */
	recounted(): string[] {
		const liveIds = [...this.#recounted];
		this.#recounted.clear();
		return liveIds;
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
		const rooms = this.#rooms
			.all()
			.filter(({ lastSeq, countedSeq }) => lastSeq - countedSeq >= least)
			.slice(0, chunkRows);
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
			if (deleted.every((rows) => rows < userRows)) {
				this.#forget.run(this.#settling);
				this.#settling = undefined;
			}
			return true;
		}
		const ended = this.#ended.get();
		if (ended === undefined) return false;
		const gifters = JSON.stringify(bestOf(topGivers(this.#db, ended)));
		const gifts = JSON.stringify(bestKinds(storedKinds(this.#db, ended)));
		const row = this.#byNo.get(ended);
		if (row) this.#write({ ...row, topGifters: gifters, topGifts: gifts });
		this.#settling = ended;
		return true;
	}

	#foldChunks(rooms: readonly Room[]): void {
		let left = chunkRows;
		for (const room of rooms) {
			if (left > 0) left -= this.#foldChunk(room, left);
		}
	}

	/** A chunk of a room, without the events that can't be counted. */
	#foldOneByOne(room: Room): void {
		const { roomNo, liveId, lastSeq } = room;
		for (let left = chunkRows; left > 0 && this.#blocks.past(roomNo, room.countedSeq) < lastSeq; left--) {
			try {
				this.#fold(room, 1);
			} catch (error) {
				if (error instanceof DamagedSums) {
					this.#recount(room, error);
					return;
				}
				if (!isOfEvents(error)) throw error;
				const seq = this.#blocks.past(roomNo, room.countedSeq) + 1;
				this.#rooms.change(room, { countedSeq: seq });
				this.#leftOut.push({ liveId, seq, why: error instanceof Error ? error.message : String(error) });
			}
		}
	}

	/** @returns how many events it has counted, `most` at most */
	#foldChunk(room: Room, most: number): number {
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
		const additions = addUp(events, (roomId) => this.#known(roomNo, roomId));
		for (const [roomId, addition] of additions) this.#store(room, roomId, addition);
		this.#charts.add(room, events);
		this.#rooms.change(room, { countedSeq: end });
		return end - countedSeq;
	}

	/** @throws DamagedSums */
	#known(roomNo: number, roomId: string): BroadcastRow | undefined {
		const row = this.#find.get(roomNo, roomId);
		if (row && !isSoundBroadcast(row)) throw damagedBroadcast(row);
		return row;
	}

	#store({ roomNo }: Room, roomId: string, { totals, known, users, kinds }: Addition): void {
		const broadcastNo = known?.broadcastNo ?? this.#nextNo.get() ?? 1;
		if (!known) this.#insert.run(broadcastNo, roomNo, roomId);
		const row = known ?? { broadcastNo, roomNo, roomId, users: 0, gifts: 0, topGifters: null, topGifts: null };
		let added = 0;
		for (const [key, { diamonds, gifter }] of users) {
			const sum = checksumOf(broadcastNo, key, diamonds, gifter);
			if (this.#addUser.run(broadcastNo, key, diamonds, gifter, sum).changes > 0) added++;
			else if (diamonds > 0) this.#addDiamonds(broadcastNo, key, diamonds, gifter);
		}
		const gifts = row.gifts + this.#charts.addGifts(broadcastNo, kinds.values());
		this.#write({ ...row, totals: JSON.stringify(totals), users: row.users + added, gifts, lastSeq: totals.lastSeq });
	}

	/** @throws DamagedSums */
	#addDiamonds(broadcastNo: number, key: string, diamonds: number, gifter: string | null): void {
		const row = this.#user.get(broadcastNo, key);
		if (row?.checksum !== checksumOf(broadcastNo, key, row?.diamonds, row?.gifter)) {
			throw new DamagedSums({ broadcastNo }, `of a giver of broadcast ${broadcastNo}`);
		}
		const sum = plus(row.diamonds, diamonds);
		this.#give.run(sum, gifter, checksumOf(broadcastNo, key, sum, gifter), broadcastNo, key);
	}

	#write(row: Omit<BroadcastRow, "checksum">): void {
		const { roomNo: _, roomId: __, ...columns } = row;
		this.#update.run({ ...columns, checksum: checksumOfBroadcast(row) });
	}
}

interface UserRow {
	diamonds: number;
	gifter: string | null;
	checksum: number;
}

const damagedBroadcast = ({ broadcastNo, roomId }: BroadcastRow) =>
	new DamagedSums({ broadcastNo }, `of broadcast ${roomId}`);

/** Whether it is what events or sums hold that made counting fail, and neither the disk nor the database as a whole. */
function isOfEvents(error: unknown): boolean {
	return faultOf(error) === "internal";
}

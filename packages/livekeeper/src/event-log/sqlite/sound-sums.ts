import { checksumOf } from "./checksum.ts";
import type { Db } from "./open-database.ts";
import type { Room } from "./rooms.ts";

/** Row of one broadcast. */
export interface BroadcastRow {
	broadcastNo: number;
	roomNo: number;
	roomId: string;
	totals: string;
	/** How many rows its people and its gifts have. */
	users: number;
	gifts: number;
	/** Events up to here are counted in it. */
	lastSeq: number;
	/** Kept when its people and gifts were deleted. */
	topGifters: string | null;
	topGifts: string | null;
	checksum: number;
}

export const selectBroadcasts = `SELECT broadcast_no AS broadcastNo, room_no AS roomNo, room_id AS roomId, totals, users,
	gifts, last_seq AS lastSeq, top_gifters AS topGifters, top_gifts AS topGifts, checksum FROM broadcasts`;

export function checksumOfBroadcast(row: Omit<BroadcastRow, "checksum">): number {
	const { broadcastNo, roomNo, roomId, totals, users, gifts, lastSeq, topGifters, topGifts } = row;
	return checksumOf(broadcastNo, roomNo, roomId, totals, users, gifts, lastSeq, topGifters, topGifts);
}

export const isSoundBroadcast = (row: BroadcastRow): boolean => row.checksum === checksumOfBroadcast(row);

export interface MinuteRow {
	roomNo: number;
	minute: number;
	/** Events up to here are counted in it. */
	lastSeq: number;
	sums: string;
	checksum: number;
}

export const selectMinutes = "SELECT room_no AS roomNo, minute, last_seq AS lastSeq, sums, checksum FROM minutes";

export const checksumOfMinute = ({ roomNo, minute, lastSeq, sums }: Omit<MinuteRow, "checksum">): number =>
	checksumOf(roomNo, minute, lastSeq, sums);

export const isSoundMinute = (row: MinuteRow): boolean => row.checksum === checksumOfMinute(row);

/** Whether rows are those that were written, and all of them: they say how many there are. */
export class SoundSums {
	readonly #people;
	readonly #gifts;
	readonly #givers;
	readonly #indexed;
	readonly #minutes;

	/** @param db knows `checksum_of` */
	constructor(db: Db) {
		this.#people = db.prepare<[number], { rows: number; sound: number | null }>(
			`SELECT count(*) AS rows, sum(checksum = checksum_of(broadcast_no, user_key, diamonds, gifter)) AS sound
			FROM broadcast_users WHERE broadcast_no = ?`,
		);
		this.#gifts = db.prepare<[number], { rows: number; sound: number | null }>(
			`SELECT count(*) AS rows, sum(checksum = checksum_of(broadcast_no, gift_id, count, diamonds, gift)) AS sound
			FROM broadcast_gifts WHERE broadcast_no = ?`,
		);
		this.#givers = db
			.prepare<[number], number>("SELECT count(*) FROM broadcast_users WHERE broadcast_no = ? AND +diamonds > 0")
			.pluck();
		// In the order in which the top givers are read: where entries lie in a wrong one, SQLite finds others from each end.
		this.#indexed = db
			.prepare<[number], number>(
				`SELECT CASE WHEN count(*) = count(DISTINCT person.user_key) THEN count(*) END FROM (
					SELECT broadcast_no, user_key, diamonds FROM broadcast_users INDEXED BY broadcast_gifters
					WHERE broadcast_no = ? AND diamonds > 0 ORDER BY diamonds DESC LIMIT -1
				) AS entry LEFT JOIN broadcast_users AS person NOT INDEXED
					ON person.broadcast_no = entry.broadcast_no AND person.user_key = entry.user_key
					AND person.diamonds = entry.diamonds`,
			)
			.pluck();
		this.#minutes = db.prepare<[number], number>("SELECT count(*) FROM minutes WHERE room_no = ?").pluck();
	}

	/** Whether all people and gifts of a broadcast are there, as they were written. */
	hasAll({ broadcastNo, users, gifts, topGifters }: BroadcastRow): boolean {
		if (topGifters !== null) return true;
		const of = (found: { rows: number; sound: number | null } | undefined, rows: number) =>
			found?.rows === rows && (found.sound ?? 0) === rows;
		return of(this.#people.get(broadcastNo), users) && of(this.#gifts.get(broadcastNo), gifts);
	}

	/** Whether the index of a broadcast's givers has each of them, as their rows say. */
	isIndexed({ broadcastNo }: BroadcastRow): boolean {
		return this.#givers.get(broadcastNo) === this.#indexed.get(broadcastNo);
	}

	/** Whether a room has as many minutes as were written. */
	hasMinutes({ roomNo, minutes }: Room): boolean {
		return this.#minutes.get(roomNo) === minutes;
	}
}

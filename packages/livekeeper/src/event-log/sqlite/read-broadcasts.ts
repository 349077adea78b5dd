import { bestOf, type Giver } from "../best.ts";
import { plus } from "../bounded.ts";
import { type BroadcastSummary, type BroadcastTotals, type Gifter, toSummary } from "../broadcast-summary.ts";
import { mostCompared, type Newcomers } from "../newcomers.ts";
import { type Addition, addUp, fromJson, parsed, totalsFrom } from "./add-up.ts";
import type { Db } from "./open-database.ts";
import type { RoomBlocks } from "./room-blocks.ts";
import type { StoredRooms } from "./rooms.ts";
import { type BroadcastRow, isSoundBroadcast, SoundSums, selectBroadcasts } from "./sound-sums.ts";
import { topGivers } from "./top-gifters.ts";

/** Sums that can't be read: their broadcast is left out of the answer. */
export type OnUnreadable = (liveId: string, what: string) => void;

/** A broadcast as it is now: what upkeep has counted, and what has come since. */
interface Current {
	roomId: string;
	row: BroadcastRow | undefined;
	addition: Addition | undefined;
}

/**
 * A room's broadcasts, up to date with its events. What upkeep has not counted yet is counted here, in memory: who asks
 * gets an answer also where nothing can be written. While upkeep keeps up that is less than a chunk, of half a
 * minute at most.
 */
export class BroadcastReader {
	readonly #db: Db;
	readonly #onUnreadable: OnUnreadable;
	readonly #stored;
	readonly #rooms: StoredRooms;
	readonly #sound: SoundSums;
	/** Broadcasts whose people and gifts were looked at: all are as they were written. */
	readonly #looked = new Set<number>();
	readonly #blocks: RoomBlocks;
	readonly #user;
	readonly #users;
	readonly #newUsers;

	constructor(db: Db, rooms: StoredRooms, blocks: RoomBlocks, onUnreadable: OnUnreadable) {
		this.#db = db;
		this.#rooms = rooms;
		this.#sound = new SoundSums(db);
		this.#blocks = blocks;
		this.#onUnreadable = onUnreadable;
		this.#stored = db.prepare<[number], BroadcastRow>(`${selectBroadcasts} WHERE room_no = ? ORDER BY broadcast_no`);
		this.#user = db
			.prepare<[number, string], number>("SELECT diamonds FROM broadcast_users WHERE broadcast_no = ? AND user_key = ?")
			.pluck();
		this.#users = db.prepare<[number], number>("SELECT count(*) FROM broadcast_users WHERE broadcast_no = ?").pluck();
		this.#newUsers = db
			.prepare<[number, string], number>(
				`SELECT count(*) FROM broadcast_users AS one WHERE broadcast_no = ? AND NOT EXISTS (
					SELECT 1 FROM json_each(?) AS earlier
					JOIN broadcast_users AS other ON other.broadcast_no = earlier.value AND other.user_key = one.user_key
				)`,
			)
			.pluck();
	}

	/** Oldest first. To be called within a transaction. */
	read(liveId: string): BroadcastSummary[] {
		return this.#current(liveId).map((one) => {
			const before = this.#before(one);
			const users = (one.row?.users ?? 0) + (one.addition?.users.size ?? 0) - before.size;
			return toSummary(one.roomId, totalsOf(one), users, this.#gifters(one, before, 10));
		});
	}

	/**
	 * Who gave most in one broadcast. To be called within a transaction.
	 * @returns `undefined` for a broadcast that is not known
	 */
	gifters(liveId: string, roomId: string, most: number): { diamonds: number; gifters: Gifter[] } | undefined {
		const one = this.#current(liveId).find((current) => current.roomId === roomId);
		return one && { diamonds: totalsOf(one).diamonds, gifters: this.#gifters(one, this.#before(one), most) };
	}

	/**
	 * Who is new in one broadcast. To be called within a transaction.
	 * @returns `undefined` for a broadcast that is not known, or whose people are gone
	 */
	newcomers(liveId: string, roomId: string): Newcomers | undefined {
		const all = this.#current(liveId);
		const at = all.findIndex((current) => current.roomId === roomId);
		const one = all[at];
		if (!one || !hasPeople(one)) return undefined;
		const earlier = all.slice(0, at).filter(hasPeople).slice(-mostCompared);
		const since = earlier[0] && totalsOf(earlier[0]).startedAt;
		const added = [...(one.addition?.users.keys() ?? [])].filter((key) => !this.#isStored([one], key));
		const stored = this.#countStored(one);
		// What is not counted yet is looked up one by one: the rest of a broadcast at most, of half a minute.
		const known = new Set(earlier.flatMap(({ addition }) => [...(addition?.users.keys() ?? [])]));
		const late = [...known].filter((key) => this.#isStored([one], key) && !this.#isStored(earlier, key));
		const fresh = added.filter((key) => !known.has(key) && !this.#isStored(earlier, key));
		return {
			people: stored + added.length,
			newcomers: this.#countNew(one, earlier) - late.length + fresh.length,
			comparedWith: earlier.length,
			...(since !== undefined && { since }),
		};
	}

	#isStored(broadcasts: readonly Current[], key: string): boolean {
		return broadcasts.some(({ row }) => row && this.#user.get(row.broadcastNo, key) !== undefined);
	}

	#countStored({ row }: Current): number {
		return row ? (this.#users.get(row.broadcastNo) ?? 0) : 0;
	}

	/** Those of its people that are stored with it, and with none of the others. */
	#countNew({ row }: Current, others: readonly Current[]): number {
		if (!row) return 0;
		const numbers = others.flatMap(({ row: other }) => (other ? [other.broadcastNo] : []));
		return this.#newUsers.get(row.broadcastNo, JSON.stringify(numbers)) ?? 0;
	}

	#current(liveId: string): Current[] {
		const room = this.#rooms.find(liveId);
		if (!room) return [];
		const { roomNo, countedSeq, lastSeq } = room;
		const stored = this.#stored.all(roomNo);
		const byId = new Map(stored.map((row) => [row.roomId, row]));
		// Upkeep reports an event that can't be counted.
		const additions = addUp(
			parsed(this.#blocks.whole(roomNo, countedSeq, lastSeq)),
			(roomId) => byId.get(roomId),
			() => undefined,
		);
		const fresh = [...additions.keys()].filter((roomId) => !byId.has(roomId));
		const sound = stored.filter((row) => {
			const isSound = this.#isSound(row);
			if (!isSound) this.#onUnreadable(liveId, row.roomId);
			return isSound;
		});
		return [...sound.map(({ roomId }) => roomId), ...fresh].map((roomId) => ({
			roomId,
			row: byId.get(roomId),
			addition: additions.get(roomId),
		}));
	}

	#isSound(row: BroadcastRow): boolean {
		if (!isSoundBroadcast(row) || totalsFrom(row.totals) === undefined) return false;
		if (this.#looked.has(row.broadcastNo)) return true;
		if (!this.#sound.hasAll(row) || (row.topGifters === null && !this.#sound.isIndexed(row))) return false;
		this.#looked.add(row.broadcastNo);
		return true;
	}

	/** What those who appear in the addition had given before it. */
	#before({ row, addition }: Current): ReadonlyMap<string, number> {
		const before = new Map<string, number>();
		if (!row || !addition) return before;
		for (const key of addition.users.keys()) {
			const diamonds = this.#user.get(row.broadcastNo, key);
			if (diamonds !== undefined) before.set(key, diamonds);
		}
		return before;
	}

	/** Who gave nothing since is among the best only if they were so before. */
	#gifters({ row, addition }: Current, before: ReadonlyMap<string, number>, most: number): Gifter[] {
		if (row && row.topGifters !== null) return (fromJson<Gifter[]>(row.topGifters) ?? []).slice(0, most);
		const now = addition ? giversOf(addition.users, (key) => before.get(key) ?? 0) : [];
		const gaveAgain = new Set(now.map(({ key }) => key));
		const stored = row ? topGivers(this.#db, row.broadcastNo, most) : [];
		return bestOf([...now, ...stored.filter(({ key }) => !gaveAgain.has(key))], most);
	}
}

const hasPeople = ({ row }: Current) => (row?.topGifters ?? null) === null;

function totalsOf({ row, addition }: Current): BroadcastTotals {
	const totals = addition?.totals ?? (row && totalsFrom(row.totals));
	if (!totals) throw new TypeError("a broadcast that can't be read was left in");
	return totals;
}

function giversOf(users: Addition["users"], before: (key: string) => number): Giver[] {
	return Array.from(users).flatMap(([key, { diamonds, gifter }]) => {
		if (gifter === null) return [];
		const known = JSON.parse(gifter) as Omit<Gifter, "diamonds">;
		return [{ key, gifter: { ...known, diamonds: plus(before(key), diamonds) } }];
	});
}

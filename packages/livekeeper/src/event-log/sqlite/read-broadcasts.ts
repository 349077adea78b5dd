import { type BroadcastSummary, type BroadcastTotals, type Gifter, toSummary } from "../broadcast-summary.ts";
import { type Addition, addUp, type StoredTotals } from "./add-up.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { type Giver, tenBest, topGivers } from "./top-gifters.ts";

interface BroadcastRow extends StoredTotals {
	roomId: string;
	/** Kept when its users were let go. */
	topGifters: string | null;
}

/**
 * A room's broadcasts, up to date with its events. What upkeep has not counted yet is counted here, in memory: who asks
 * gets an answer also where nothing can be written. That is what came since the last round of upkeep, some seconds.
 */
export class BroadcastReader {
	readonly #db: Db;
	readonly #stored;
	readonly #room;
	readonly #tail;
	readonly #user;

	constructor(db: Db) {
		this.#db = db;
		this.#stored = db.prepare<[number], BroadcastRow>(
			`SELECT broadcast_no AS broadcastNo, room_id AS roomId, totals, users, top_gifters AS topGifters
			FROM broadcasts WHERE room_no = ? ORDER BY broadcast_no`,
		);
		this.#room = db.prepare<[string], { roomNo: number; foldedSeq: number; lastSeq: number }>(
			"SELECT room_no AS roomNo, folded_seq AS foldedSeq, last_seq AS lastSeq FROM rooms WHERE live_id = ?",
		);
		this.#tail = db
			.prepare<[number, number], string>("SELECT json FROM events WHERE pos > ? AND pos <= ? ORDER BY pos")
			.pluck();
		this.#user = db
			.prepare<[number, string], number>("SELECT diamonds FROM broadcast_users WHERE broadcast_no = ? AND user_key = ?")
			.pluck();
	}

	/** Oldest first. To be called within a transaction. */
	read(liveId: string): BroadcastSummary[] {
		const room = this.#room.get(liveId);
		if (!room) return [];
		const { roomNo, foldedSeq, lastSeq } = room;
		const stored = this.#stored.all(roomNo);
		const byId = new Map(stored.map((row) => [row.roomId, row]));
		const tail = this.#tail.iterate(position(roomNo, foldedSeq), position(roomNo, lastSeq));
		const additions = addUp(tail, (roomId) => byId.get(roomId));
		const summaries = stored.map((row) => this.#summary(row, additions.get(row.roomId)));
		for (const [roomId, { known, totals, users }] of additions) {
			if (!known) summaries.push(toSummary(roomId, totals, users.size, tenBest(giversOf(users, () => 0))));
		}
		return summaries;
	}

	#summary(row: BroadcastRow, addition: Addition | undefined): BroadcastSummary {
		const { roomId, broadcastNo, totals } = row;
		const kept = row.topGifters === null ? undefined : (JSON.parse(row.topGifters) as Gifter[]);
		if (!addition) {
			const gifters = kept ?? tenBest(topGivers(this.#db, broadcastNo));
			return toSummary(roomId, JSON.parse(totals) as BroadcastTotals, row.users, gifters);
		}
		const before = new Map<string, number>();
		for (const key of addition.users.keys()) {
			const diamonds = this.#user.get(broadcastNo, key);
			if (diamonds !== undefined) before.set(key, diamonds);
		}
		const users = row.users + addition.users.size - before.size;
		return toSummary(roomId, addition.totals, users, kept ?? this.#gifters(broadcastNo, addition, before));
	}

	/** Who gave nothing since is among the ten best only if they were so before. */
	#gifters(broadcastNo: number, { users }: Addition, before: ReadonlyMap<string, number>): Gifter[] {
		const now = giversOf(users, (key) => before.get(key) ?? 0);
		const gaveAgain = new Set(now.map(({ key }) => key));
		const others = topGivers(this.#db, broadcastNo).filter(({ key }) => !gaveAgain.has(key));
		return tenBest([...now, ...others]);
	}
}

function giversOf(users: Addition["users"], before: (key: string) => number): Giver[] {
	return Array.from(users).flatMap(([key, { diamonds, gifter }]) => {
		if (gifter === null) return [];
		const { id, secUid, nickname } = JSON.parse(gifter) as Omit<Gifter, "diamonds">;
		return [{ key, gifter: { id, secUid, nickname, diamonds: before(key) + diamonds } }];
	});
}

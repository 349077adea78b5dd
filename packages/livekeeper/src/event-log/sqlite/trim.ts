import type { Retention } from "../event-log.ts";
import type { ChartWriter } from "./chart-writer.ts";
import type { BroadcastFolder, FoldableRoom } from "./fold.ts";
import type { Db } from "./open-database.ts";
import { position, seqOf } from "./position.ts";

interface OldRoom extends FoldableRoom {
	oldestAt: number;
}

const chunkRows = 100;
/** How much younger than the next room's oldest event a room's events may be and still go first, ms. */
const sizeSlackMs = 600_000;

/** Deletes what retention no longer keeps: the oldest first, in transactions too small to hold up a commit. */
export class Trimmer {
	readonly #db: Db;
	readonly #folder: BroadcastFolder;
	readonly #charts: ChartWriter;
	readonly #oldest;
	readonly #times;
	readonly #delete;
	readonly #update;
	readonly #trim: (room: OldRoom, before: number) => void;

	constructor(db: Db, folder: BroadcastFolder, charts: ChartWriter) {
		this.#db = db;
		this.#folder = folder;
		this.#charts = charts;
		this.#oldest = db.prepare<[], OldRoom>(
			`SELECT room_no AS roomNo, live_id AS liveId, counted_seq AS countedSeq, last_seq AS lastSeq,
			oldest_seq AS oldestSeq, oldest_at AS oldestAt FROM rooms WHERE oldest_at IS NOT NULL ORDER BY oldest_at LIMIT 2`,
		);
		this.#times = db.prepare<[number, number], { pos: number; storedAt: number }>(
			"SELECT pos, stored_at AS storedAt FROM events WHERE pos >= ? AND pos <= ? ORDER BY pos",
		);
		this.#delete = db.prepare<[number, number]>("DELETE FROM events WHERE pos >= ? AND pos < ?");
		this.#update = db.prepare<{ oldest: number; pos: number; roomNo: number }>(
			`UPDATE rooms SET oldest_seq = :oldest, corrupt_events = iif(corrupt_seq < :oldest, 0, corrupt_events),
			oldest_at = (SELECT min(stored_at, newest_at) FROM events WHERE pos = :pos) WHERE room_no = :roomNo`,
		);
		this.#trim = db.transaction((room: OldRoom, before: number) => this.#trimChunk(room, before)).immediate;
	}

	/** Bytes that are in use; pages that were freed are used again before the file grows. */
	storedBytes(): number {
		const pragma = (name: string) => Number(this.#db.pragma(name, { simple: true }));
		return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
	}

	/** Does one small step. @returns false when there is nothing to delete */
	step(now: number, retention: Retention): boolean {
		const [room, next] = this.#oldest.all();
		if (!room) return false;
		const tooOld = now - retention.maxAgeMs;
		if (room.oldestAt >= tooOld && this.storedBytes() <= retention.maxBytes) return false;
		if (room.countedSeq < room.oldestSeq) {
			this.#folder.fold(room);
			return true;
		}
		const bySize = Math.max(room.oldestAt, next?.oldestAt ?? now) + sizeSlackMs;
		this.#trim(room, room.oldestAt < tooOld ? tooOld : bySize);
		return true;
	}

	#trimChunk({ roomNo, oldestSeq, countedSeq }: OldRoom, before: number): void {
		const end = Math.min(countedSeq, oldestSeq + chunkRows - 1);
		const rows = this.#times.all(position(roomNo, oldestSeq), position(roomNo, end));
		// It never falls within a room, so what is deleted is always the beginning, and no hole is left.
		const young = rows.find(({ storedAt }) => storedAt >= before);
		// The oldest goes in any case: its time may be damaged.
		const oldest = Math.max(oldestSeq + 1, young ? seqOf(young.pos) : end + 1);
		const pos = position(roomNo, oldest);
		this.#delete.run(position(roomNo, oldestSeq), pos);
		this.#update.run({ oldest, pos, roomNo });
		this.#charts.trim(roomNo, oldestSeq, oldest);
	}
}

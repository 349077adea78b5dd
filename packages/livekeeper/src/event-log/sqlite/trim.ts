import type { Retention } from "../event-log.ts";
import type { ChartWriter } from "./chart-writer.ts";
import type { BroadcastFolder, FoldableRoom } from "./fold.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";

interface OldRoom extends FoldableRoom {
	oldestSeq: number;
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
	readonly #delete;
	readonly #update;
	readonly #trim: (room: OldRoom, before: number) => void;

	constructor(db: Db, folder: BroadcastFolder, charts: ChartWriter) {
		this.#db = db;
		this.#folder = folder;
		this.#charts = charts;
		this.#oldest = db.prepare<[], OldRoom>(
			`SELECT room_no AS roomNo, counted_seq AS countedSeq, last_seq AS lastSeq,
			oldest_seq AS oldestSeq, oldest_at AS oldestAt FROM rooms WHERE oldest_at IS NOT NULL ORDER BY oldest_at LIMIT 2`,
		);
		this.#delete = db.prepare<[number, number, number]>(
			"DELETE FROM events WHERE pos >= ? AND pos <= ? AND stored_at < ?",
		);
		this.#update = db.prepare<[number, number, number]>(
			"UPDATE rooms SET oldest_seq = ?, oldest_at = (SELECT stored_at FROM events WHERE pos = ?) WHERE room_no = ?",
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
		// `stored_at` never falls within a room, so what is deleted is always the beginning, and no hole is left.
		const { changes } = this.#delete.run(position(roomNo, oldestSeq), position(roomNo, end), before);
		const oldest = oldestSeq + changes;
		this.#update.run(oldest, position(roomNo, oldest), roomNo);
		this.#charts.trim(roomNo, oldestSeq, oldest);
	}
}

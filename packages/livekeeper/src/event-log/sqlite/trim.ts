import type { Retention } from "../event-log.ts";
import type { ChartWriter } from "./chart-writer.ts";
import type { BroadcastFolder, FoldableRoom } from "./fold.ts";
import type { Db } from "./open-database.ts";
import type { BlockRow } from "./room-blocks.ts";

interface OldRoom extends FoldableRoom {
	oldestAt: number;
}

type OldBlock = Pick<BlockRow, "blockNo" | "lastSeq" | "storedAt">;

const chunkBlocks = 50;
/** How much younger than the next room's oldest event a room's events may be and still go first, ms. */
const sizeSlackMs = 600_000;

/** Deletes what retention no longer keeps: the oldest first, in transactions too small to hold up a commit. */
export class Trimmer {
	readonly #db: Db;
	readonly #folder: BroadcastFolder;
	readonly #charts: ChartWriter;
	readonly #oldest;
	readonly #blocks;
	readonly #delete;
	readonly #update;
	readonly #trim: (room: OldRoom, blocks: readonly OldBlock[], before: number) => void;

	constructor(db: Db, folder: BroadcastFolder, charts: ChartWriter) {
		this.#db = db;
		this.#folder = folder;
		this.#charts = charts;
		this.#oldest = db.prepare<[], OldRoom>(
			`SELECT room_no AS roomNo, live_id AS liveId, counted_seq AS countedSeq, last_seq AS lastSeq,
			oldest_seq AS oldestSeq, oldest_at AS oldestAt FROM rooms WHERE oldest_at IS NOT NULL ORDER BY oldest_at LIMIT 2`,
		);
		this.#blocks = db.prepare<[number], OldBlock>(
			`SELECT block_no AS blockNo, last_seq AS lastSeq, stored_at AS storedAt FROM blocks
			WHERE room_no = ? ORDER BY last_seq LIMIT ${chunkBlocks + 1}`,
		);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#update = db.prepare<{ oldest: number; oldestAt: number | null; roomNo: number }>(
			`UPDATE rooms SET oldest_seq = :oldest, corrupt_events = iif(corrupt_seq < :oldest, 0, corrupt_events),
			oldest_at = min(:oldestAt, newest_at) WHERE room_no = :roomNo`,
		);
		this.#trim = db.transaction((room, blocks, before) => this.#trimChunk(room, blocks, before)).immediate;
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
		const blocks = this.#blocks.all(room.roomNo);
		// What is deleted has to be counted.
		if (room.countedSeq < (blocks[0]?.lastSeq ?? room.lastSeq)) {
			this.#folder.fold(room);
			return true;
		}
		const bySize = Math.max(room.oldestAt, next?.oldestAt ?? now) + sizeSlackMs;
		this.#trim(room, blocks, room.oldestAt < tooOld ? tooOld : bySize);
		return true;
	}

	#trimChunk({ roomNo, countedSeq, lastSeq }: OldRoom, blocks: readonly OldBlock[], before: number): void {
		// The time never falls within a room, so what is deleted is always the beginning, and no hole is left. The oldest goes
		// in any case: its time may be damaged.
		const isGone = ({ lastSeq: end, storedAt }: OldBlock, index: number) =>
			index < chunkBlocks && end <= countedSeq && (index === 0 || storedAt < before);
		const kept = blocks.findIndex((block, index) => !isGone(block, index));
		const gone = kept === -1 ? blocks : blocks.slice(0, kept);
		for (const { blockNo } of gone) this.#delete.run(blockNo);
		const end = kept === -1 ? lastSeq : (gone.at(-1)?.lastSeq ?? lastSeq);
		this.#update.run({ oldest: end + 1, oldestAt: blocks[kept]?.storedAt ?? null, roomNo });
		this.#charts.trim(roomNo, end + 1);
	}
}

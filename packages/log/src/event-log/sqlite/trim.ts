import type { Retention } from "../event-log.ts";
import type { Db } from "./open-database.ts";
import type { BlockRow } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";
import type { StoredProjections } from "./stored-projections.ts";

interface OldRoom extends Room {
	oldestAt: number;
}

type OldBlock = Pick<BlockRow, "blockNo" | "lastSeq" | "storedAt">;

const chunkBlocks = 50;
/** A room whose events are at most this much younger than the next room's oldest event is still trimmed first, ms. */
const sizeSlackMs = 600_000;

/** Deletes events beyond retention: the oldest first, in transactions too small to delay a commit. */
export class Trimmer {
	readonly #pages;
	readonly #freePages;
	readonly #pageBytes: number;
	readonly #projections: StoredProjections;
	readonly #rooms: Rooms;
	readonly #blocks;
	readonly #delete;
	readonly #trim: (room: OldRoom, blocks: readonly OldBlock[], before: number) => void;

	constructor(db: Db, rooms: Rooms, projections: StoredProjections) {
		this.#pages = db.prepare<[], number>("PRAGMA page_count").pluck();
		this.#freePages = db.prepare<[], number>("PRAGMA freelist_count").pluck();
		this.#pageBytes = Number(db.pragma("page_size", { simple: true }));
		this.#rooms = rooms;
		this.#projections = projections;
		this.#blocks = db.prepare<[number], OldBlock>(
			`SELECT block_no AS blockNo, last_seq AS lastSeq, stored_at AS storedAt FROM blocks
			WHERE room_no = ? ORDER BY last_seq LIMIT ${chunkBlocks + 1}`,
		);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#trim = rooms.transaction((room: OldRoom, blocks: readonly OldBlock[], before: number) =>
			this.#trimChunk(room, blocks, before),
		);
	}

	/** Returns the bytes in use. Freed pages are reused before the file grows. */
	storedBytes(): number {
		return ((this.#pages.get() ?? 0) - (this.#freePages.get() ?? 0)) * this.#pageBytes;
	}

	/** Performs one small step. @returns false if there is nothing to delete */
	step(now: number, retention: Retention): boolean {
		const [room, next] = this.#oldest();
		if (!room) return false;
		const tooOld = now - retention.maxAgeMs;
		if (room.oldestAt >= tooOld && this.storedBytes() <= retention.maxBytes) return false;
		const blocks = this.#blocks.all(room.roomNo);
		if (countedTo(room) < (blocks[0]?.lastSeq ?? room.lastSeq)) {
			this.#projections.saveSoon(room);
			return true;
		}
		const bySize = Math.max(room.oldestAt, next?.oldestAt ?? now) + sizeSlackMs;
		this.#trim(room, blocks, room.oldestAt < tooOld ? tooOld : bySize);
		this.#projections.trimmed(room);
		return true;
	}

	/** Returns the two rooms with the oldest events. */
	#oldest(): OldRoom[] {
		let oldest: OldRoom | undefined;
		let next: OldRoom | undefined;
		for (const room of this.#rooms.all() as OldRoom[]) {
			if (room.oldestAt === null || (next && room.oldestAt >= next.oldestAt)) continue;
			next = room;
			if (!oldest || next.oldestAt < oldest.oldestAt) [oldest, next] = [next, oldest];
		}
		return [oldest, next].filter((room) => room !== undefined);
	}

	#trimChunk(room: OldRoom, blocks: readonly OldBlock[], before: number): void {
		const { lastSeq } = room;
		const countedSeq = countedTo(room);
		// The storage time never decreases within a room, so the deleted blocks are always its beginning and leave no hole.
		// The oldest block is deleted in any case, because its time may be damaged.
		const isGone = ({ lastSeq: end, storedAt }: OldBlock, index: number) =>
			index < chunkBlocks && end <= countedSeq && (index === 0 || storedAt < before);
		const kept = blocks.findIndex((block, index) => !isGone(block, index));
		const gone = kept === -1 ? blocks : blocks.slice(0, kept);
		for (const { blockNo } of gone) this.#delete.run(blockNo);
		const end = kept === -1 ? lastSeq : (gone.at(-1)?.lastSeq ?? lastSeq);
		const oldestAt = blocks[kept]?.storedAt;
		this.#rooms.change(room, {
			oldestSeq: end + 1,
			oldestAt: oldestAt === undefined ? null : Math.min(oldestAt, room.newestAt),
			...(room.corruptSeq <= end && { corruptEvents: 0 }),
		});
	}
}

/** Returns the last event in the stored projection. Later events are not deleted. */
function countedTo({ countedSeq, oldestSeq }: Room): number {
	return countedSeq ?? oldestSeq - 1;
}

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
/** How much younger than the next room's oldest event a room's events may be and still go first, ms. */
const sizeSlackMs = 600_000;

/** Deletes what retention no longer keeps: the oldest first, in transactions too small to hold up a commit. */
export class Trimmer {
	readonly #db: Db;
	readonly #projections: StoredProjections;
	readonly #rooms: Rooms;
	readonly #blocks;
	readonly #delete;
	readonly #trim: (room: OldRoom, blocks: readonly OldBlock[], before: number) => void;

	constructor(db: Db, rooms: Rooms, projections: StoredProjections) {
		this.#db = db;
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

	/** Bytes that are in use; pages that were freed are used again before the file grows. */
	storedBytes(): number {
		const pragma = (name: string) => Number(this.#db.pragma(name, { simple: true }));
		return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
	}

	/** Does one small step. @returns false when there is nothing to delete */
	step(now: number, retention: Retention): boolean {
		const [room, next] = this.#oldest();
		if (!room) return false;
		const tooOld = now - retention.maxAgeMs;
		if (room.oldestAt >= tooOld && this.storedBytes() <= retention.maxBytes) return false;
		const blocks = this.#blocks.all(room.roomNo);
		if (countedTo(room) < (blocks[0]?.lastSeq ?? room.lastSeq)) {
			this.#projections.save(room);
			return true;
		}
		const bySize = Math.max(room.oldestAt, next?.oldestAt ?? now) + sizeSlackMs;
		this.#trim(room, blocks, room.oldestAt < tooOld ? tooOld : bySize);
		this.#projections.trimmed(room);
		return true;
	}

	/** The two rooms with the oldest events. */
	#oldest(): OldRoom[] {
		const found: OldRoom[] = [];
		for (const room of this.#rooms.all()) {
			if (room.oldestAt === null) continue;
			found.push(room as OldRoom);
			found.sort((a, b) => a.oldestAt - b.oldestAt).splice(2);
		}
		return found;
	}

	#trimChunk(room: OldRoom, blocks: readonly OldBlock[], before: number): void {
		const { lastSeq } = room;
		const countedSeq = countedTo(room);
		// The time never falls within a room, so what is deleted is always the beginning, and no hole is left. The oldest goes
		// in any case: its time may be damaged.
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

/** Up to this event its stored projection has them: others are not deleted. */
function countedTo({ countedSeq, oldestSeq }: Room): number {
	return countedSeq ?? oldestSeq - 1;
}

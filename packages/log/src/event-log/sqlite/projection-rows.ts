import { crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type OnBad, Projection, type StoredProjection } from "../projection.ts";
import type { Db } from "./open-database.ts";
import { type Hole, RoomBlocks } from "./room-blocks.ts";
import type { Room } from "./rooms.ts";

interface ProjectionRow {
	seq: number;
	body: Buffer;
	checksum: number;
}

/** A projection as loaded from its row. */
interface LoadedProjection {
	projection: Projection;
	/** Size of its row, bytes; 0: there is none. */
	bytes: number;
	/** Whether the row is gone or has changed since it was written: then all remaining events are to be counted again. */
	isDamaged: boolean;
}

interface CatchUp {
	onBad?: OnBad;
	onHole?: (hole: Hole) => void;
	max?: number;
}

/** Reads stored projections of rooms, and counts the events that they lack. */
export class ProjectionRows {
	readonly #blocks: RoomBlocks;
	readonly #select;

	constructor(db: Db) {
		this.#blocks = new RoomBlocks(db);
		this.#select = db.prepare<[number], ProjectionRow>("SELECT seq, body, checksum FROM projections WHERE room_no = ?");
	}

	load({ roomNo, oldestSeq, countedSeq }: Room): LoadedProjection {
		const row = this.#select.get(roomNo);
		const projection = row && unpacked(roomNo, row);
		if (projection) return { projection, bytes: row.body.length, isDamaged: false };
		return { projection: new Projection(oldestSeq - 1), bytes: 0, isDamaged: row !== undefined || countedSeq !== null };
	}

	/**
	 * Counts the room's events that are not counted yet.
	 * @param more.max number of events after which it stops
	 * @param more.onHole called with damaged events
	 */
	catchUp({ roomNo, lastSeq, oldestSeq }: Room, projection: Projection, more: CatchUp = {}): void {
		const { onBad, onHole, max = Number.POSITIVE_INFINITY } = more;
		// A jump has no events, however many numbers it covers.
		const end = Math.min(lastSeq, this.#blocks.past(roomNo, Math.max(projection.seq, oldestSeq - 1)) + max);
		for (const piece of this.#blocks.pieces(roomNo, projection.seq, end)) {
			if ("block" in piece) {
				projection.add(piece.block, piece.to, onBad);
				continue;
			}
			const gaps = [...this.#blocks.gapBlocks(roomNo, piece)];
			onHole?.(piece);
			for (const block of gaps) projection.add(block);
		}
		projection.skip(end);
		projection.trim(oldestSeq);
	}
}

/** Writes a room's projection. To be called within a transaction. */
export function putProjection(db: Db): (roomNo: number, projection: Projection) => number {
	const put = db.prepare<[number, number, Buffer, number]>(
		"INSERT OR REPLACE INTO projections (room_no, seq, body, checksum) VALUES (?, ?, ?, ?)",
	);
	return (roomNo, projection) => {
		const { seq } = projection;
		const body = zstdCompressSync(JSON.stringify(projection.stored()));
		put.run(roomNo, seq, body, checksumOf(roomNo, seq, body));
		return body.length;
	};
}

/** Maximum number of cached projections. */
const maxAsked = 32;

/** Cached projections of the rooms queried last, up to date with the store. To be used within a transaction. */
export class AskedProjections {
	readonly #rows: ProjectionRows;
	readonly #known = new Map<string, Projection>();
	readonly #damaged = new Set<string>();

	constructor(db: Db) {
		this.#rows = new ProjectionRows(db);
	}

	of(room: Room): Projection {
		const { liveId } = room;
		const known = this.#known.get(liveId);
		// Retention may have deleted events that the cached one lacks; then a newer one is stored.
		const projection = known && known.seq >= room.oldestSeq - 1 ? known : this.#load(room);
		this.#rows.catchUp(room, projection);
		this.#known.delete(liveId);
		this.#known.set(liveId, projection);
		const [oldest] = this.#known.keys();
		if (this.#known.size > maxAsked && oldest !== undefined) this.#known.delete(oldest);
		return projection;
	}

	/**
	 * Returns the rooms whose stored projection was found damaged since the last call, and was counted from the remaining
	 * events.
	 */
	damaged(): string[] {
		const liveIds = [...this.#damaged];
		for (const liveId of liveIds) this.#known.delete(liveId);
		this.#damaged.clear();
		return liveIds;
	}

	#load(room: Room): Projection {
		const { projection, isDamaged } = this.#rows.load(room);
		if (isDamaged) this.#damaged.add(room.liveId);
		return projection;
	}
}

/** @returns `undefined` if it has changed since it was written */
function unpacked(roomNo: number, { seq, body, checksum }: ProjectionRow): Projection | undefined {
	if (!Buffer.isBuffer(body) || checksum !== checksumOf(roomNo, seq, body)) return undefined;
	return Projection.from(JSON.parse(zstdDecompressSync(body).toString("utf8")) as StoredProjection);
}

function checksumOf(roomNo: number, seq: number, body: Buffer): number {
	return crc32(body, crc32(`${roomNo} ${seq}`));
}

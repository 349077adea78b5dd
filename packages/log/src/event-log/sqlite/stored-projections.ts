import { Block, type Place } from "../block.ts";
import type { OnBad, Projection } from "../projection.ts";
import type { BlockRepair } from "./block-repair.ts";
import type { Db } from "./open-database.ts";
import { ProjectionRows, putProjection } from "./projection-rows.ts";
import type { Hole } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";

/** An event that is left out of its room's aggregates. */
export interface Uncounted {
	liveId: string;
	seq: number;
	why: string;
}

interface Known {
	projection: Projection;
	onBad: OnBad;
	/** When its room last stored an event, or the projection was stored itself, ms since the epoch. */
	usedAt: number;
}

/**
 * Minimum number of bytes of blocks to count again before a projection is stored once more; also more than its own
 * size.
 */
const minUnsavedBytes = 512 * 1024;
/** Maximum time that an orderly end spends on storing projections, ms. */
const maxEndMs = 1_000;
/** Projections of rooms that were silent for this long leave memory, ms. */
const idleMs = 600_000;
const lookEveryMs = 10_000;
/** Events that one step counts, while a commit may wait for it. */
const stepEvents = 500;
/** Maximum size of all projections in memory, bytes. */
const maxBytes = 64 * 1024 ** 2;

/**
 * Projections of all rooms. A commit feeds those in memory; a stored one is brought up to date from its room's blocks
 * when it is loaded. Each is stored in one row with the number of its last event, so each event counts once, whatever
 * is killed and when. Retention deletes no event that the stored projection of its room lacks.
 */
export class StoredProjections {
	readonly #rooms: Rooms;
	readonly #blockRepair: BlockRepair;
	readonly #rows: ProjectionRows;
	readonly #put: (room: Room, projection: Projection) => number;
	/** Projections in memory. */
	readonly #known = new Map<number, Known>();
	/** Rooms that store events and whose projections are still to be loaded. */
	readonly #unknown = new Set<number>();
	/** Rooms whose projections left memory because of their size: they are loaded for queries, or to be stored. */
	readonly #tooLarge = new Set<number>();
	/** Bytes of blocks that a room's stored projection lacks, and the size of its row. */
	readonly #unsaved = new Map<number, { bytes: number; stored: number }>();
	readonly #recounted = new Set<string>();
	#leftOut: Uncounted[] = [];
	#lookedAt = 0;
	#now = 0;

	constructor(db: Db, rooms: Rooms, blockRepair: BlockRepair) {
		this.#rooms = rooms;
		this.#blockRepair = blockRepair;
		this.#rows = new ProjectionRows(db);
		const put = putProjection(db);
		this.#put = rooms.transaction((room: Room, projection: Projection) => {
			rooms.change(room, { countedSeq: projection.seq });
			return put(room.roomNo, projection);
		});
	}

	/** Counts a committed block. @param now ms since the epoch */
	committed(room: Room, place: Place, body: Buffer, now: number): void {
		this.#now = now;
		this.#unsavedOf(room).bytes += body.length;
		const known = this.#known.get(room.roomNo);
		if (!known && !this.#tooLarge.has(room.roomNo)) this.#unknown.add(room.roomNo);
		// A projection that is behind catches up when it is queried or stored.
		if (known?.projection.seq !== place.firstSeq - 1) return;
		known.usedAt = now;
		known.projection.add(new Block(place, body), place.lastSeq, known.onBad);
	}

	/** Returns a room's projection, up to date with its events. @throws errors of reading its blocks */
	of(room: Room): Projection {
		return this.#advanced(room);
	}

	/** Stores a room's projection, up to its last event. */
	save(room: Room): void {
		const stored = this.#put(room, this.of(room));
		this.#unsaved.set(room.roomNo, { bytes: 0, stored });
	}

	/** Performs one step towards {@link save}: stores the projection once the events that it lacks are counted. */
	saveSoon(room: Room): void {
		if (this.#advanced(room, stepEvents).seq >= room.lastSeq) this.save(room);
	}

	/** Removes data of events that retention has deleted. */
	trimmed(room: Room): void {
		this.#known.get(room.roomNo)?.projection.trim(room.oldestSeq);
	}

	/** Stores, loads or unloads one projection. @returns false if there is nothing to do */
	step(now: number): boolean {
		this.#now = now;
		for (const [roomNo, { bytes, stored }] of this.#unsaved) {
			const room = bytes >= Math.max(minUnsavedBytes, stored) ? this.#rooms.byNo(roomNo) : undefined;
			if (!room) continue;
			this.saveSoon(room);
			return true;
		}
		for (const roomNo of this.#unknown) {
			const room = this.#rooms.byNo(roomNo);
			if (room) this.#advanced(room, stepEvents);
			else this.#unknown.delete(roomNo);
			return true;
		}
		// The clock may jump either way.
		if (Math.abs(now - this.#lookedAt) < lookEveryMs) return false;
		if (this.#unload(now)) return true;
		this.#lookedAt = now;
		return false;
	}

	/** Stores projections that a start would have to count again, those with most to count first. */
	close(): void {
		const end = performance.now() + maxEndMs;
		const max = [...this.#unsaved].filter(([, { bytes }]) => bytes > 0);
		for (const [roomNo] of max.sort(([, a], [, b]) => b.bytes - a.bytes)) {
			const room = this.#rooms.byNo(roomNo);
			if (performance.now() >= end) break;
			if (room) this.save(room);
		}
	}

	/** Returns the rooms whose stored projection was damaged since the last call; their events were counted again. */
	recounted(): string[] {
		const liveIds = [...this.#recounted];
		this.#recounted.clear();
		return liveIds;
	}

	/** Returns the events that could not be counted since the last call. */
	leftOut(): Uncounted[] {
		const leftOut = this.#leftOut;
		this.#leftOut = [];
		return leftOut;
	}

	/** Returns a room's projection. @param max number of events after which counting stops, to be continued */
	#advanced(room: Room, max = Number.POSITIVE_INFINITY): Projection {
		const known = this.#known.get(room.roomNo) ?? this.#load(room);
		const { projection, onBad } = known;
		// If reading fails, the next step tries another room.
		this.#unknown.delete(room.roomNo);
		this.#rows.catchUp(room, projection, { onBad, max, onHole: (hole) => this.#repair(room, hole) });
		known.usedAt = this.#now;
		this.#known.set(room.roomNo, known);
		this.#tooLarge.delete(room.roomNo);
		if (projection.seq < room.lastSeq) this.#unknown.add(room.roomNo);
		return projection;
	}

	#load(room: Room): Known {
		const { projection, bytes, isDamaged } = this.#rows.load(room);
		const unsaved = this.#unsavedOf(room);
		unsaved.stored = bytes;
		if (isDamaged) {
			this.#recounted.add(room.liveId);
			// It is stored again at once.
			unsaved.bytes += minUnsavedBytes;
		}
		const { liveId } = room;
		const onBad: OnBad = (seq, error) => {
			this.#leftOut.push({ liveId, seq, why: error instanceof Error ? error.message : String(error) });
		};
		return { projection, onBad, usedAt: this.#now };
	}

	#repair(room: Room, hole: Hole): void {
		try {
			this.#blockRepair.repairRoom(room.liveId, [hole]);
		} catch {
			// If nothing can be written now, as on a full disk, the next read finds it again.
			return;
		}
	}

	#unsavedOf({ roomNo }: Room): { bytes: number; stored: number } {
		const unsaved = this.#unsaved.get(roomNo) ?? { bytes: 0, stored: 0 };
		this.#unsaved.set(roomNo, unsaved);
		return unsaved;
	}

	#unload(now: number): boolean {
		const idle = [...this.#known].find(([, { usedAt }]) => Math.abs(now - usedAt) > idleMs)?.[0];
		const roomNo = idle ?? this.#largest();
		const room = roomNo === undefined ? undefined : this.#rooms.byNo(roomNo);
		if (!room) return false;
		if (this.#unsavedOf(room).bytes > 0) this.save(room);
		this.#known.delete(room.roomNo);
		if (idle === undefined) this.#tooLarge.add(room.roomNo);
		return true;
	}

	/** Returns the largest projection if all of them together are too large. */
	#largest(): number | undefined {
		const sizes = Array.from(this.#known, ([roomNo, { projection }]) => ({ roomNo, bytes: projection.bytes }));
		if (sizes.reduce((sum, { bytes }) => sum + bytes, 0) <= maxBytes) return undefined;
		return sizes.reduce((max, one) => (one.bytes > max.bytes ? one : max)).roomNo;
	}
}

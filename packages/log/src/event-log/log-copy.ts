import type { Cursor } from "@livekeeper/douyin";
import type { KeyValueStores } from "../storage/index.ts";
import type { Block } from "./block.ts";
import type { Jump } from "./floor.ts";
import { KnownGifts } from "./known-gifts.ts";
import type { Projection } from "./projection.ts";

/** A room of a log that is copied. */
export interface CopiedRoom {
	liveId: string;
	/** The oldest `seq` still stored; `lastSeq + 1` if no event is left. */
	oldestSeq: number;
	lastSeq: number;
	/** Number of events between the two; `seq` can jump. */
	events: number;
	cursor: Cursor | undefined;
}

/** Blocks of a room that follow each other, and the jumps between them. */
export type Piece = Block | Jump;

/** A log that is copied into another store. Nothing writes to it during the copy. */
export interface LogSource {
	/** Identifies this log among all others. */
	readonly id: string;
	/** Whether the log has ever lost events: then numbers may have been assigned in a room that it does not know. */
	readonly hasLost: boolean;
	/** Rooms in the order of their first batch. */
	readonly rooms: readonly CopiedRoom[];
	/** Returns pieces of a room behind this `seq`, in order. Damaged events are `gap` events. */
	pieces(liveId: string, after: number): AsyncIterable<Piece> | Iterable<Piece>;
	/** Returns a room's aggregates, up to date with its events. */
	projection(liveId: string): Promise<Projection>;
	/** Kept rooms, identities, overlay tokens, sounds, notes, known gifts and targets. */
	readonly stores: KeyValueStores;
	close(): Promise<void>;
}

/** A store that a log is copied into. */
export interface LogDestination {
	readonly stores: KeyValueStores;
	/** Returns rooms of the source for which the store already has a different log. */
	taken(source: LogSource): Promise<string[]>;
	/** Prepares the store for the rooms of the source, in their order. */
	begin(source: LogSource): Promise<void>;
	/** @throws LivekeeperError `import_refused` if a node has taken the room in the meantime */
	room(room: CopiedRoom, source: LogSource): Promise<RoomCopy>;
	close(): Promise<void>;
}

/** One room of a destination. Each call may be repeated after a failure, with the same arguments. */
export interface RoomCopy {
	/** Newest `seq` that is already stored; if there is none, the number before the room's first event. */
	readonly lastSeq: number;
	/** Stores pieces that follow the newest one. All of them are durable once it resolves. */
	append(pieces: readonly Piece[]): Promise<void>;
	/** Stores the room's cursor and aggregates. @param projection up to date with its newest event */
	end(cursor: Cursor | undefined, projection: Projection): Promise<void>;
}

/** Number of rooms that are copied, or checked, concurrently. */
const roomsAtOnce = 16;
/** Maximum bytes of pieces appended together. */
const chunkBytes = 1 << 20;
const maxChunkPieces = 64;

export function isBlock(piece: Piece): piece is Block {
	return "firstSeq" in piece;
}

/**
 * Copies the rooms of a log, block by block: numbers, times and lines stay unchanged. Pieces stored by an earlier copy
 * of the same log are not copied again.
 * @param onEvents called several times per room with the number of events found there or copied
 * @param onRoom called for each room once all of it is stored, with the number of events copied
 * @throws LivekeeperError `import_refused`, `storage_failing`
 */
export async function copyRooms(
	source: LogSource,
	destination: LogDestination,
	{ onEvents, onRoom }: { onEvents(events: number): void; onRoom(liveId: string, events: number): void },
): Promise<void> {
	await destination.begin(source);
	await inLanes(source.rooms, async (room) => {
		const { liveId } = room;
		const copy = await destination.room(room, source);
		let copied = 0;
		for await (const pieces of chunks(source.pieces(liveId, copy.lastSeq))) {
			await copy.append(pieces);
			const events = pieces.reduce((sum, piece) => sum + (isBlock(piece) ? piece.marks.length : 0), 0);
			copied += events;
			onEvents(events);
		}
		onEvents(room.events - copied);
		await copy.end(room.cursor, await source.projection(liveId));
		onRoom(liveId, copied);
	});
}

/** Adds the gifts that a log knows to those of another one. */
export async function copyGifts(source: Pick<LogSource, "stores">, { stores }: Pick<LogDestination, "stores">) {
	await new KnownGifts(stores.notes).adopt(await new KnownGifts(source.stores.notes).list());
}

async function* chunks(pieces: AsyncIterable<Piece> | Iterable<Piece>): AsyncGenerator<Piece[], void> {
	let chunk: Piece[] = [];
	let bytes = 0;
	for await (const piece of pieces) {
		chunk.push(piece);
		if (isBlock(piece)) bytes += piece.byteLength;
		if (bytes < chunkBytes && chunk.length < maxChunkPieces) continue;
		yield chunk;
		chunk = [];
		bytes = 0;
	}
	if (chunk.length > 0) yield chunk;
}

/** Runs `work` for all items, {@link roomsAtOnce} at a time. */
export async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const left = items.values();
	const lane = async () => {
		for (const item of left) await work(item);
	};
	await Promise.all(Array.from({ length: roomsAtOnce }, lane));
}

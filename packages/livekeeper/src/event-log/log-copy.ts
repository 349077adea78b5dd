import type { Cursor } from "@livekeeper/douyin";
import type { KeyValueStores } from "../storage/index.ts";
import type { Block } from "./block.ts";
import type { Jump } from "./floor.ts";
import type { KnownGift } from "./gift-catalogue.ts";
import type { Projection } from "./projection.ts";

/** A room of a log that is copied. */
export interface CopiedRoom {
	liveId: string;
	/** `lastSeq + 1` if no event of it is left. */
	oldestSeq: number;
	lastSeq: number;
	/** Number of events between the two: `seq` can jump. */
	events: number;
	cursor: Cursor | undefined;
}

/** Blocks of a room that follow each other, and the jumps between them. */
export type Piece = Block | Jump;

/** A log that is copied into another store. Nothing writes to it meanwhile. */
export interface LogSource {
	/** Identifies this log among all others. */
	readonly id: string;
	/** The log has lost events once: a room that it does not know may have been given numbers. */
	readonly hasLost: boolean;
	/** Rooms in the order of their first batch. */
	readonly rooms: readonly CopiedRoom[];
	/** Pieces of a room behind this `seq`, in order. Damaged events are `gap` events. */
	pieces(liveId: string, after: number): AsyncIterable<Piece> | Iterable<Piece>;
	/** A room's aggregates, up to date with its events. */
	projection(liveId: string): Promise<Projection>;
	knownGifts(): Promise<KnownGift[]>;
	/** Rooms that are kept, identities, overlay tokens, sounds, notes and targets. */
	readonly stores: KeyValueStores;
	close(): Promise<void>;
}

/** A store that a log is copied into. */
export interface LogDestination {
	readonly stores: KeyValueStores;
	/** Rooms of the source of which the store has another log. */
	taken(source: LogSource): Promise<string[]>;
	/** Prepares the store for the rooms of the source, in their order. */
	begin(source: LogSource): Promise<void>;
	/** @throws LivekeeperError `import_refused` if the room was taken by a node meanwhile */
	room(room: CopiedRoom, source: LogSource): Promise<RoomCopy>;
	addGifts(gifts: readonly KnownGift[]): Promise<void>;
	close(): Promise<void>;
}

/** One room of a destination. Each call may be made again after a failure, with the same arguments. */
export interface RoomCopy {
	/** Newest `seq` that is stored already; the number before the room's first event if none is. */
	readonly lastSeq: number;
	/** Stores pieces that follow the newest one. All of them are durable once it resolves. */
	append(pieces: readonly Piece[]): Promise<void>;
	/** Stores what belongs to the end of the room. @param projection up to date with its newest event */
	end(cursor: Cursor | undefined, projection: Projection): Promise<void>;
}

/** Number of rooms that are copied, or checked, at once. */
const roomsAtOnce = 16;
/** Pieces are appended together up to this many bytes. */
const chunkBytes = 1 << 20;
const maxChunkPieces = 64;

export function isBlock(piece: Piece): piece is Block {
	return "firstSeq" in piece;
}

/**
 * Copies the rooms of a log, block by block: numbers, times and lines stay as they are. What an earlier copy of the same
 * log has stored is not copied again.
 * @param onEvents called with the number of events that were found there or copied, several times for each room
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

/** Does the work for all items, some at a time. */
export async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const left = items.values();
	const lane = async () => {
		for (const item of left) await work(item);
	};
	await Promise.all(Array.from({ length: roomsAtOnce }, lane));
}

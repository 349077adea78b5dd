import type { Cursor } from "@livekeeper/douyin";
import { type BlockContent, cursorBytes, maxBytesOf, writeBlock } from "../block.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import { typesOf } from "../event-types.ts";
import { type Skews, skewsWith } from "../read-page.ts";
import { RecentIds } from "../recent-ids.ts";
import type { NumberedBatch, StoredBatch } from "../stored-batch.ts";
import { numbered } from "../stored-batch.ts";
import { codeOf } from "./store-error.ts";

/** Error code: a commit does not continue what is stored, because it was numbered for another log. */
export const otherNumbers = "other_numbers";

/** State of a room that is needed to number its events. */
export interface RoomState {
	lastSeq: number;
	/** When its newest event was stored, ms since the epoch; 0: it has none. */
	newestAt: number;
	/** Two hashes of each of its newest events, the oldest first: {@link hashesOf}. */
	hashes: Float64Array;
}

export interface RoomStates {
	/** Id of the log that they belong to. */
	log: string;
	rooms: readonly (RoomState & { liveId: string })[];
}

/** A block of a room, and the data stored with it in the room's row. */
export interface Entry extends Skews {
	liveId: string;
	/** Above `lastSeq` if there is only a cursor, and no events. */
	firstSeq: number;
	lastSeq: number;
	storedAt: number;
	types: number;
	cursor: Cursor | undefined;
	/** End of its block in the bytes; it begins where the previous one ends. */
	end: number;
}

/** Blocks that become durable together, one or more per room, in order. */
export interface Commit {
	log: string;
	entries: readonly Entry[];
	bytes: Uint8Array<ArrayBuffer>;
}

/** Stores commits. */
interface Writer {
	rooms(liveIds: readonly string[]): Promise<RoomStates>;
	/** @throws StoreError `other_numbers` */
	commit(commit: Commit): Promise<void>;
}

/** A batch with numbered events. */
interface Draft {
	batch: EncodedBatch;
	stored: NumberedBatch;
	storedAt: number;
}

interface Room {
	lastSeq: number;
	newestAt: number;
	ids: RecentIds;
}

/** Approximate maximum of events in a block, and of their characters. Reading one event unpacks its whole block. */
const maxEvents = 256;
const maxChars = 128 * 1024;

/**
 * Numbers the events of a log's rooms. It is the only writer of the log. A numbered batch keeps its numbers: if a
 * commit succeeded and its answer was lost, the same blocks come again, and the store recognises them by their numbers.
 */
export class RoomNumbers {
	readonly #knownEvents: number;
	readonly #rooms = new Map<string, Room>();
	#drafts = new WeakMap<EncodedBatch, Draft>();
	#log = "";

	/** @param knownEvents number of a room's newest events that are recognised when they come again */
	constructor(knownEvents: number) {
		this.#knownEvents = knownEvents;
	}

	/** @returns the result of each batch. @throws the writer's error; the same batches may be passed again */
	async store(batches: readonly EncodedBatch[], now: number, writer: Writer): Promise<StoredBatch[]> {
		for (let isSecond = false; ; isSecond = true) {
			try {
				for (let liveIds = this.unknown(batches); liveIds.length > 0; liveIds = this.unknown(batches)) {
					this.learn(await writer.rooms(liveIds));
				}
				const { commit, stored } = this.number(batches, now);
				await writer.commit(commit);
				for (const batch of batches) this.#drafts.delete(batch);
				return stored;
			} catch (error) {
				if (isSecond || codeOf(error) !== otherNumbers) throw error;
				this.forget();
			}
		}
	}

	/** Returns the rooms whose state is not known yet. */
	unknown(batches: readonly EncodedBatch[]): string[] {
		return [...new Set(batches.map(({ liveId }) => liveId))].filter((liveId) => !this.#rooms.has(liveId));
	}

	learn({ log, rooms }: RoomStates): void {
		if (this.#log !== log) this.forget();
		this.#log = log;
		for (const { liveId, lastSeq, newestAt, hashes } of rooms) {
			this.#rooms.set(liveId, { lastSeq, newestAt, ids: new RecentIds(this.#knownEvents, hashes) });
		}
	}

	/**
	 * Forgets the rooms' numbers because they differ from the store's. Batches that were not stored are numbered again.
	 */
	forget(): void {
		this.#rooms.clear();
		this.#drafts = new WeakMap();
	}

	/** @param batches of known rooms. @param now ms since the epoch */
	number(batches: readonly EncodedBatch[], now: number): { commit: Commit; stored: StoredBatch[] } {
		const drafts = batches.map((batch) => this.#draft(batch, now));
		return { commit: commitOf(this.#log, drafts), stored: drafts.map(({ stored }) => stored) };
	}

	#draft(batch: EncodedBatch, now: number): Draft {
		const known = this.#drafts.get(batch);
		if (known) return known;
		const room = this.#rooms.get(batch.liveId);
		if (!room) throw new RangeError(`Nothing is known of room ${batch.liveId}.`);
		const stored = numbered(batch.events, room.ids, room.lastSeq);
		room.lastSeq += stored.events.length;
		// Never decreases within a room, even if the machine's clock does.
		const storedAt = Math.max(room.newestAt, now);
		if (stored.events.length > 0) room.newestAt = storedAt;
		const draft = { batch, stored, storedAt };
		this.#drafts.set(batch, draft);
		return draft;
	}
}

function commitOf(log: string, drafts: readonly Draft[]): Commit {
	const parts = drafts.flatMap(partsOf);
	const max = parts.reduce((bytes, { content }) => bytes + maxBytesOf(content), 0);
	// Allocates separate memory, because it is transferred to the store's thread.
	const into = Buffer.allocUnsafeSlow(max);
	let end = 0;
	const entries = parts.map(({ liveId, cursor, content }): Entry => {
		const { events, storedAt } = content;
		if (events.length > 0) end = writeBlock(into, end, content);
		const place = { firstSeq: events[0]?.seq ?? 1, lastSeq: events.at(-1)?.seq ?? 0 };
		return { liveId, ...place, storedAt, types: typesOf(events), ...skewsWith(events, storedAt), cursor, end };
	});
	return { log, entries, bytes: into.subarray(0, end) as Uint8Array<ArrayBuffer> };
}

/** Part of a draft that becomes one block. */
interface Part {
	liveId: string;
	cursor: Cursor | undefined;
	content: BlockContent;
}

/** Splits a draft into blocks; the cursor goes with the last. */
function partsOf({ batch, stored, storedAt }: Draft): Part[] {
	const { events, columns } = stored;
	const starts = [0];
	let chars = 0;
	for (const [index, { json, raw }] of events.entries()) {
		const more = json.length + (raw?.length ?? 0);
		const count = index - (starts.at(-1) ?? 0);
		if (count > 0 && (count >= maxEvents || chars + more > maxChars)) {
			starts.push(index);
			chars = 0;
		}
		chars += more;
	}
	return starts.map((start, index) => {
		const end = starts[index + 1];
		const cursor = end === undefined ? batch.cursor : undefined;
		const content = { events: events.slice(start, end), columns: columns.slice(start, end), storedAt };
		return { liveId: batch.liveId, cursor, content: { ...content, cursor: cursor && cursorBytes(cursor) } };
	});
}

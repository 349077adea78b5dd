import { type Clock, type LiveEventType, sleep, type Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { CommittedBatch, EventLog, ReadPage, Unsubscribe } from "../../event-log/index.ts";
import { FilteredBatch, Reader, readerStates } from "./reader.ts";
import type { EndReason, ReaderSink } from "./reader-sink.ts";

export interface ReaderHubOptions {
	log: Pick<EventLog, "read" | "lastSeq" | "onCommitted">;
	clock: Clock;
	logger: Logger;
	/** A reader for whom more than this waits is served from the log instead, bytes. */
	bufferBytes?: number;
	/** A reader that takes nothing for this long is ended, ms. */
	stallMs?: number;
	/** Called when a room gets its first reader; what it returns is called when the last has gone. */
	reading?: (liveId: string) => () => void;
	/** Events a page of the log; the page also ends at about 1 MiB. */
	pageEvents?: number;
}

const defaults = { bufferBytes: 1 << 20, stallMs: 60_000, pageEvents: 500, reading: () => () => undefined };
/** How often stalled readers are looked for, ms. */
const sweepMs = 5_000;
/** How often a reader that is behind is asked whether it has room again, ms. */
const roomPollMs = 50;
/** After the log could not be read, ms. */
const readRetryMs = 1_000;

export interface ReadFrom {
	liveId: string;
	/** Send all after this `seq`; left out: only what is committed from now on. */
	after?: number | undefined;
	types?: readonly LiveEventType[] | undefined;
	/** Whether to send the upstream's payloads as well, where they are stored. */
	raw?: boolean | undefined;
}

/**
 * Serves every reader of every output from the log by `seq`: the backlog at the reader's own pace, then live events,
 * with no hole and no repeat. A batch is filtered and encoded once for all who want the same. Nothing here waits for a
 * reader: what waits for one is bounded, and one that falls behind goes back to the log.
 */
export class ReaderHub {
	readonly #options: Required<ReaderHubOptions>;
	readonly #rooms = new Map<string, RoomReaders>();
	readonly #unsubscribe: Unsubscribe;
	readonly #sweep: Timer;
	readonly #counts = { slow: 0 };
	#closed = false;

	constructor(options: ReaderHubOptions) {
		this.#options = { ...defaults, ...options };
		this.#unsubscribe = options.log.onCommitted((batch) => this.#committed(batch));
		this.#sweep = options.clock.every(sweepMs, () => this.#endStalled());
	}

	/** Readers now, of them those behind, and how many were ended for taking nothing. */
	get counts(): { readers: number; behind: number; slow: number } {
		let readers = 0;
		let behind = 0;
		for (const room of this.#rooms.values()) {
			readers += room.all.size;
			behind += room.all.size - room.live.size;
		}
		return { readers, behind, slow: this.#counts.slow };
	}

	/**
	 * Begins to serve a reader.
	 * @returns a function that ends it without a word, for when the reader has gone
	 */
	async open<Payload>(sink: ReaderSink<Payload>, from: ReadFrom): Promise<() => void> {
		const room = this.#room(from.liveId);
		const reader = new Reader<Payload>(from.liveId, sink, 0, from.types, this.#options.clock.now());
		room.all.add(reader as Reader);
		try {
			const lastSeq = await this.#options.log.lastSeq(from.liveId);
			// Meanwhile more may have been committed.
			room.lastSeq = Math.max(room.lastSeq, lastSeq);
		} catch (error) {
			this.#remove(reader as Reader);
			throw error;
		}
		reader.position = from.after ?? room.lastSeq;
		// The reader may have gone while the log was asked.
		if (reader.state === readerStates.ended) return () => undefined;
		if (this.#closed) this.#end(reader as Reader, "shutting_down", "The service is stopping.");
		else if (from.after === undefined) this.#goLive(reader as Reader, room);
		else void this.#serve(reader as Reader, room);
		return () => this.#remove(reader as Reader);
	}

	/** Ends all readers, with the reason. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#unsubscribe();
		this.#sweep.cancel();
		for (const room of [...this.#rooms.values()]) {
			for (const reader of [...room.all]) this.#end(reader, "shutting_down", "The service is stopping.");
		}
	}

	#room(liveId: string): RoomReaders {
		let room = this.#rooms.get(liveId);
		if (!room) {
			room = { lastSeq: 0, all: new Set(), live: new Set(), left: this.#options.reading(liveId) };
			this.#rooms.set(liveId, room);
		}
		return room;
	}

	/** Synchronous from commit to wire: a reader that is live at this moment gets the batch here, others read it. */
	#committed({ liveId, events }: CommittedBatch): void {
		const room = this.#rooms.get(liveId);
		if (!room) return;
		room.lastSeq = Math.max(room.lastSeq, events.at(-1)?.seq ?? 0);
		const filtered = new Map<string, FilteredBatch>();
		for (const reader of room.live) {
			let batch = filtered.get(reader.filterKey);
			if (!batch) {
				batch = new FilteredBatch(events, reader.types);
				filtered.set(reader.filterKey, batch);
			}
			this.#sendLive(reader, room, batch);
		}
	}

	#sendLive(reader: Reader, room: RoomReaders, batch: FilteredBatch): void {
		const { events, first, last } = batch;
		// What was read from the log a moment before its commit was told of is not sent twice.
		if (last <= reader.position) return;
		// Nor is what was never told of left out: a commit can be durable whose answer was lost.
		const follows = first === reader.position + 1;
		const full = events.length > 0 && reader.sink.bufferedBytes() > this.#options.bufferBytes;
		if (full || !follows) {
			reader.state = readerStates.behind;
			room.live.delete(reader);
			void this.#serve(reader, room);
			return;
		}
		// Of this batch, not of the room: others may be durable already whose turn to be told of is still to come.
		reader.position = last;
		if (events.length > 0) this.#guard(reader, () => reader.sink.send(batch.payloadFor(reader.sink)));
	}

	/** Reads pages until the reader has reached the newest event, then lets it go live in the same breath. */
	async #serve(reader: Reader, room: RoomReaders): Promise<void> {
		const { clock, bufferBytes, log, pageEvents, logger } = this.#options;
		while (reader.state === readerStates.behind) {
			if (reader.sink.bufferedBytes() > bufferBytes) {
				await sleep(clock, roomPollMs);
				continue;
			}
			try {
				const page = await log.read(reader.liveId, {
					after: reader.position,
					limit: pageEvents,
					types: reader.types,
					raw: reader.sink.encoding.raw,
				});
				// While the log was read the reader may have gone, and more may have been committed.
				if (reader.state !== readerStates.behind) return;
				this.#sendPage(reader, page);
				if (page.caughtUp && reader.position >= room.lastSeq) this.#goLive(reader, room);
			} catch (error) {
				logger.error({ err: error, live_id: reader.liveId }, "The event log could not be read; trying again.");
				await sleep(clock, readRetryMs);
			}
		}
	}

	#sendPage(reader: Reader, { truncated, events, nextAfter }: ReadPage): void {
		reader.position = nextAfter;
		if (truncated) this.#guard(reader, () => reader.sink.truncated(truncated));
		if (events.length > 0 && reader.state !== readerStates.ended) {
			this.#guard(reader, () => reader.sink.send(reader.sink.encoding.encode(events)));
		}
	}

	#goLive(reader: Reader, room: RoomReaders): void {
		if (reader.state === readerStates.ended) return;
		reader.state = readerStates.live;
		room.live.add(reader);
		this.#guard(reader, () => reader.sink.caughtUp?.());
	}

	/** A sink that throws loses its reader; nobody else notices. */
	#guard(reader: Reader, use: () => void): void {
		try {
			use();
		} catch (error) {
			this.#options.logger.warn({ err: error, live_id: reader.liveId }, "A reader's connection failed; it was let go.");
			this.#end(reader, "failed", "The connection failed.");
		}
	}

	#endStalled(): void {
		const { clock, stallMs } = this.#options;
		const now = clock.now();
		for (const room of this.#rooms.values()) {
			for (const reader of room.all) {
				if (reader.stalledMs(now) < stallMs) continue;
				this.#counts.slow++;
				this.#end(reader, "slow_reader", `Nothing was read for ${Math.round(stallMs / 1000)} s.`);
			}
		}
	}

	#end(reader: Reader, reason: EndReason, message: string): void {
		this.#remove(reader);
		try {
			reader.sink.end(reason, message);
		} catch (error) {
			this.#options.logger.warn(
				{ err: error, live_id: reader.liveId },
				"A reader's connection did not close in order.",
			);
		}
	}

	#remove(reader: Reader): void {
		reader.state = readerStates.ended;
		const room = this.#rooms.get(reader.liveId);
		if (!room) return;
		room.live.delete(reader);
		room.all.delete(reader);
		if (room.all.size > 0) return;
		this.#rooms.delete(reader.liveId);
		room.left();
	}
}

interface RoomReaders {
	/** The newest committed `seq` of the room. */
	lastSeq: number;
	readonly all: Set<Reader>;
	readonly live: Set<Reader>;
	/** To be called when the last reader has gone. */
	readonly left: () => void;
}

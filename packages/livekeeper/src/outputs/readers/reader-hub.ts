import type { Text } from "@livekeeper/base/text";
import type { Clock, LiveEventType, Timer } from "@livekeeper/douyin";
import type { CommittedBatch, EventLog, ReadPage, Unsubscribe } from "@livekeeper/log";
import type { Logger } from "pino";
import { endTexts } from "../../text/index.ts";
import { Backlog, waitingFor } from "./backlog.ts";
import type { EndReason, ReaderSink } from "./reader.ts";
import { FilteredBatch, Reader, readerStates } from "./reader.ts";
import type { Party } from "./reader-budget.ts";
import { type BufferAccount, ReaderBudget, type ReaderLimits } from "./reader-budget.ts";
import { TurnWrites } from "./turn-writes.ts";

/** Options of the hub. A reader whose queue exceeds its share of the limits is served from the log instead. */
export interface ReaderHubOptions extends Partial<ReaderLimits> {
	log: Pick<EventLog, "read" | "lastSeq" | "onCommitted">;
	clock: Clock;
	logger: Logger;
	/** Time after which a reader that takes nothing is ended, ms. */
	stallMs?: number;
	/** Called when a room gets its first reader. The function it returns is called when the last one has left. */
	reading?: (liveId: string) => () => void;
	/** Maximum number of events read from the log per page. A page also ends at half of its reader's bound. */
	pageEvents?: number;
}

const defaults = {
	maxReaders: 1000,
	bufferBytes: 1 << 20,
	totalBytes: 32 << 20,
	stallMs: 60_000,
	pageEvents: 500,
	reading: () => () => undefined,
};
/** Interval for checking for stalled readers, ms. */
const sweepMs = 5_000;

export interface ReadFrom {
	liveId: string;
	/** Sends all events after this `seq`; left out: only later commits. */
	after?: number | undefined;
	types?: readonly LiveEventType[] | undefined;
	/** Whether to send the upstream's payloads as well, if they are stored. */
	raw?: boolean | undefined;
}

/**
 * Serves every reader of every output from the log by `seq`: the backlog at the reader's own pace, then live events,
 * without gaps or duplicates. A batch is filtered and encoded once for all readers with the same request. The hub never
 * waits for a reader: a reader's queue is bounded, and one that falls behind goes back to the log.
 */
export class ReaderHub {
	readonly #options: Required<ReaderHubOptions>;
	readonly #budget: ReaderBudget;
	readonly #backlog: Backlog;
	readonly #rooms = new Map<string, RoomReaders>();
	readonly #unsubscribe: Unsubscribe;
	readonly #sweep: Timer;
	/** Readers may follow many rooms over one connection, and a commit may have events of each. */
	readonly #turnWrites = new TurnWrites<Reader>((reader) => {
		if (reader.state !== readerStates.ended) waitingFor(reader, this.#budget);
	});
	readonly #counts = { slow: 0 };
	#closed = false;

	constructor(options: ReaderHubOptions) {
		this.#options = { ...defaults, ...options };
		this.#budget = new ReaderBudget(this.#options);
		this.#backlog = new Backlog({
			...this.#options,
			budget: this.#budget,
			send: (reader, page, batch) => this.#sendPage(reader, page, batch),
		});
		this.#unsubscribe = options.log.onCommitted((batch) => this.#committed(batch));
		this.#sweep = options.clock.every(sweepMs, () => this.#endStalled());
	}

	/** Maximum number of bytes queued for one connection at present. */
	get bound(): number {
		return this.#budget.bound;
	}

	/** Records the bytes queued for a connection by other means than the hub. */
	note(account: BufferAccount, bytes: number): void {
		this.#budget.note(account, bytes);
	}

	/** Number of admitted, open connections, and of refused ones. */
	get connections(): { connections: number; refused: number } {
		return this.#budget.counts;
	}

	/**
	 * Counts a connection until it closes. Call it before the connection's first `open`, while a refusal can still be
	 * sent.
	 * @throws {LivekeeperError} `too_many_readers`
	 */
	admit(connection: Parameters<ReaderBudget["admit"]>[0], party: Party): void {
		this.#budget.admit(connection, party);
	}

	/** Number of readers, of readers that are behind, and of readers ended because they took nothing. */
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
	 * Starts to serve a reader.
	 * @returns a function that removes a reader that has left, without notifying it, and returns the `seq` up to which
	 * everything was sent
	 */
	async open<Payload>(sink: ReaderSink<Payload>, from: ReadFrom): Promise<() => number> {
		const room = this.#room(from.liveId);
		const reader = new Reader<Payload>(from.liveId, sink, 0, from.types, this.#options.clock.elapsed());
		room.all.add(reader as Reader);
		sink.account.readers++;
		try {
			const lastSeq = await this.#options.log.lastSeq(from.liveId);
			// More may have been committed meanwhile.
			room.lastSeq = Math.max(room.lastSeq, lastSeq);
		} catch (error) {
			this.#remove(reader as Reader);
			throw error;
		}
		reader.position = from.after ?? room.lastSeq;
		// The reader may have left while the log was queried.
		if (reader.state === readerStates.ended) return () => reader.position;
		if (this.#closed) this.#end(reader as Reader, "shutting_down", endTexts.stopping);
		else if (from.after === undefined) this.#goLive(reader as Reader, room);
		else this.#backlog.add(reader as Reader);
		return () => {
			this.#remove(reader as Reader);
			return reader.position;
		};
	}

	/** Ends all readers with the reason. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#unsubscribe();
		this.#sweep.cancel();
		for (const room of [...this.#rooms.values()]) {
			for (const reader of [...room.all]) this.#end(reader, "shutting_down", endTexts.stopping);
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

	/**
	 * Handles a commit. Runs synchronously from commit to wire: a reader that is live at this moment gets the batch here,
	 * others read it from the log.
	 */
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
		// Events that were read from the log just before their commit was published are not sent twice.
		if (last <= reader.position) return;
		// Events that were never published are not left out either: a commit whose answer was lost can be durable.
		const follows = first === reader.position + 1;
		const full = events.length > 0 && waitingFor(reader, this.#budget) > this.#budget.bound;
		if (full || !follows) {
			reader.state = readerStates.behind;
			room.live.delete(reader);
			this.#backlog.add(reader);
			return;
		}
		// The end of this batch, not of the room: other batches may be durable already but not published yet.
		reader.position = last;
		if (events.length === 0) return;
		const { sink } = reader;
		const socket = sink.account.readers > 1 ? sink.socket?.() : undefined;
		if (socket) this.#turnWrites.gather(socket, reader, () => this.#send(reader, batch));
		else this.#send(reader, batch);
	}

	#sendPage(reader: Reader, { truncated, nextAfter, caughtUp }: ReadPage, batch: FilteredBatch): void {
		reader.position = nextAfter;
		if (truncated) this.#guard(reader, () => reader.sink.truncated(truncated));
		if (batch.events.length > 0 && reader.state !== readerStates.ended) {
			this.#send(reader, batch);
		}
		const room = this.#rooms.get(reader.liveId);
		// More may have been committed while the log was read. Otherwise the reader goes live in the same tick.
		if (room && caughtUp && reader.position >= room.lastSeq) this.#goLive(reader, room);
	}

	#goLive(reader: Reader, room: RoomReaders): void {
		if (reader.state === readerStates.ended) return;
		reader.state = readerStates.live;
		room.live.add(reader);
		this.#guard(reader, () => reader.sink.caughtUp?.());
	}

	#send(reader: Reader, batch: FilteredBatch): void {
		try {
			reader.sink.send(batch.payloadFor(reader.sink));
		} catch (error) {
			this.#failed(reader, error);
		}
		if (reader.state !== readerStates.ended) waitingFor(reader, this.#budget);
	}

	#guard(reader: Reader, use: () => void): void {
		try {
			use();
		} catch (error) {
			this.#failed(reader, error);
		}
	}

	/** Ends a reader whose sink throws. Other readers are unaffected. */
	#failed(reader: Reader, error: unknown): void {
		this.#options.logger.warn({ event: "client_failed", err: error, live_id: reader.liveId });
		this.#end(reader, "failed", endTexts.failed);
	}

	#endStalled(): void {
		const { clock, stallMs } = this.#options;
		const now = clock.elapsed();
		for (const room of this.#rooms.values()) {
			for (const reader of room.all) {
				waitingFor(reader, this.#budget);
				if (reader.stalledMs(now) < stallMs) continue;
				this.#counts.slow++;
				this.#end(reader, "slow_reader", endTexts.slow(Math.round(stallMs / 1000)));
			}
		}
	}

	#end(reader: Reader, reason: EndReason, text: Text): void {
		this.#remove(reader);
		try {
			reader.sink.end(reason, text);
		} catch (error) {
			this.#options.logger.warn({ event: "client_not_closed", err: error, live_id: reader.liveId });
		}
	}

	#remove(reader: Reader): void {
		reader.state = readerStates.ended;
		this.#backlog.remove(reader);
		// If another reader shares the connection, its next check corrects this.
		this.#budget.note(reader.sink.account, 0);
		const room = this.#rooms.get(reader.liveId);
		if (!room) return;
		room.live.delete(reader);
		if (room.all.delete(reader)) reader.sink.account.readers--;
		if (room.all.size > 0) return;
		this.#rooms.delete(reader.liveId);
		room.left();
	}
}

interface RoomReaders {
	/** Sequence of the room's newest committed event. */
	lastSeq: number;
	readonly all: Set<Reader>;
	readonly live: Set<Reader>;
	/** Called when the last reader has left. */
	readonly left: () => void;
}

import { type Clock, sleep, type Timer } from "@livekeeper/douyin";
import type { EventLog, ReadPage } from "@livekeeper/log";
import type { Logger } from "pino";
import { FilteredBatch, type Reader, readerStates } from "./reader.ts";
import type { ReaderBudget } from "./reader-budget.ts";

export interface BacklogOptions {
	log: Pick<EventLog, "read">;
	clock: Clock;
	logger: Logger;
	/** Maximum number of events in a page. */
	pageEvents: number;
	budget: ReaderBudget;
	/** Sends a page to a reader, which may have caught up with it. All readers of the page share its batch of events. */
	send: (reader: Reader, page: ReadPage, batch: FilteredBatch) => void;
}

/** Interval for checking whether a reader with a full queue has space again, ms. */
const roomPollMs = 50;
/** Delay before reading the log again after a failed read, ms. */
const readRetryMs = 1_000;
/**
 * Maximum size of a page. One page is read at a time: pages that arrive together become garbage together, and V8 lets
 * more than 100 MB of it gather. The log reads one page after the other in any case.
 */
const maxPageChars = 16 * 1024;
/** Minimum size of a page, however many readers share it. */
const minPageChars = 8 * 1024;
/** Number of readers that get a shared page in one go. Each is a write, and new connections wait meanwhile. */
const readersAtOnce = 32;

/**
 * Serves the readers that are behind, page by page, each in its turn and only while it takes what it is sent. Readers
 * at the same position with the same request share a page.
 */
export class Backlog {
	readonly #options: BacklogOptions;
	/** Readers that wait for their turn, by their next page. */
	readonly #waiting = new Map<string, Set<Reader>>();
	/** Readers that must first take what they were sent. */
	readonly #full = new Set<Reader>();
	#poll: Timer | undefined;
	#reading = false;

	constructor(options: BacklogOptions) {
		this.#options = options;
	}

	/** Serves a reader until it has caught up. */
	add(reader: Reader): void {
		this.#enqueue(reader);
		this.#readOn();
	}

	/** Removes a reader that has ended. */
	remove(reader: Reader): void {
		this.#waiting.get(pageKey(reader))?.delete(reader);
		this.#full.delete(reader);
		if (this.#full.size === 0) this.#stopPolling();
	}

	#enqueue(reader: Reader): void {
		const key = pageKey(reader);
		const readers = this.#waiting.get(key);
		if (readers) readers.add(reader);
		else this.#waiting.set(key, new Set([reader]));
	}

	#readOn(): void {
		for (const [key, readers] of this.#waiting) {
			if (this.#reading) return;
			this.#waiting.delete(key);
			const ready: Reader[] = [];
			for (const reader of readers) {
				if (this.#isFull(reader)) this.#awaitRoom(reader);
				else ready.push(reader);
			}
			if (ready[0]) void this.#readPage(ready[0], ready);
		}
	}

	async #readPage(first: Reader, readers: readonly Reader[]): Promise<void> {
		const { log, logger, clock, pageEvents, budget, send } = this.#options;
		const { liveId, position, types } = first;
		const { raw } = first.sink.encoding;
		const share = Math.floor(budget.bound / 2 / readers.length);
		const maxChars = Math.min(maxPageChars, Math.max(minPageChars, share));
		this.#reading = true;
		try {
			const page = await log.read(liveId, { after: position, limit: pageEvents, maxChars, types, raw });
			const batch = new FilteredBatch(page.events, undefined);
			// Some readers may have left while the log was read.
			for (const [at, reader] of readers.entries()) {
				if (at > 0 && at % readersAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
				if (reader.state === readerStates.behind) send(reader, page, batch);
			}
		} catch (error) {
			logger.error({ event: "log_unreadable", err: error, live_id: liveId });
			// Other readers, perhaps of readable rooms, get their turns meanwhile.
			void sleep(clock, readRetryMs).then(() => this.#again(readers));
			return;
		} finally {
			this.#reading = false;
			this.#readOn();
		}
		this.#again(readers);
	}

	#again(readers: readonly Reader[]): void {
		for (const reader of readers) if (reader.state === readerStates.behind) this.#enqueue(reader);
		this.#readOn();
	}

	/** Whether more than half of the bound is queued. Below that, a page of the other half still fits. */
	#isFull(reader: Reader): boolean {
		const { budget } = this.#options;
		return waitingFor(reader, budget) > budget.bound / 2;
	}

	#awaitRoom(reader: Reader): void {
		this.#full.add(reader);
		this.#poll ??= this.#options.clock.every(roomPollMs, () => this.#askForRoom());
	}

	#askForRoom(): void {
		for (const reader of this.#full) {
			if (this.#isFull(reader)) continue;
			this.#full.delete(reader);
			this.#enqueue(reader);
		}
		if (this.#full.size === 0) this.#stopPolling();
		this.#readOn();
	}

	#stopPolling(): void {
		this.#poll?.cancel();
		this.#poll = undefined;
	}
}

/** Returns the bytes queued for a reader's connection, and records them in the budget. */
export function waitingFor({ sink }: Reader, budget: ReaderBudget): number {
	const bytes = sink.bufferedBytes();
	budget.note(sink.account, bytes);
	return bytes;
}

/** Key of a reader's next page. Readers with the same key share the page. */
function pageKey({ liveId, position, filterKey, sink }: Reader): string {
	return `${liveId} ${position} ${filterKey} ${sink.encoding.raw ? "raw" : ""}`;
}

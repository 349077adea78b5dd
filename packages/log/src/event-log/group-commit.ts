import { LivekeeperError } from "@livekeeper/base/errors";
import type { Clock, Timer } from "@livekeeper/douyin";
import { storageTexts } from "../text/index.ts";
import type { EncodedBatch, EncodedEvent } from "./encoded-event.ts";
import { encodeBatch } from "./encoded-event.ts";
import type { CommittedBatch, EventBatch, StorageFault } from "./event-log.ts";
import type { PendingEvents } from "./pending-events.ts";
import type { StoredBatch } from "./stored-batch.ts";

export interface GroupCommitOptions {
	clock: Clock;
	/**
	 * Makes the first batches durable, at least one, and returns a result for each of them. A batch holds everything that
	 * its room has waiting; a room has several only if one would exceed its bounds, or is being retried. A rejection
	 * means that the outcome is unknown: the same batches come again, in the same order, perhaps with others behind them.
	 */
	commit: (batches: EncodedBatch[]) => Promise<StoredBatch[]>;
	/**
	 * Returns the form of an event that the store can take; default: unchanged.
	 * @throws TypeError if it can't take the event
	 */
	fit?: (event: EncodedEvent) => EncodedEvent;
	/** Called each time a commit fails; the commit will be retried. */
	onFault: (fault: StorageFault, error: unknown) => void;
	/** Called after each successful commit. */
	onSuccess: () => void;
	publish: (batch: CommittedBatch) => void;
	/** Counts the events that wait here. Queues of one log share it. */
	pending: PendingEvents;
	classify: (error: unknown) => StorageFault;
	/** Minimum time between the starts of two commits, ms. */
	intervalMs: number;
	/** Maximum number of events in a transaction, and in a batch. */
	maxTransactionEvents: number;
	/** Maximum characters of events in a batch, unless it has a single event; default: no bound. */
	maxBatchChars?: number;
}

/** Events of one room that wait for their commit. */
interface Waiting {
	batch: EncodedBatch;
	/** Approximate size in memory, bytes. */
	bytes: number;
	chars: number;
	/** When the batch was started, by the clock's `elapsed()`. */
	since: number;
}

/** Approximate memory of a batch and of an event: V8 keeps text with Chinese in two bytes per character. */
const batchBytes = 256;
const bytesOf = ({ json, raw }: EncodedEvent) => json.length * 2 + (raw?.length ?? 0) + 128;

/** Returns the number of characters of an event that count against `maxBatchChars`. */
export const charsOf = ({ json, raw }: Pick<EncodedEvent, "json" | "raw">): number => json.length + (raw?.length ?? 0);

const firstRetryMs = 250;
const lastRetryMs = 5_000;

/**
 * Groups many small appends into few transactions, and a room's appends between two transactions into one batch. A
 * transaction starts every `intervalMs`. The first append after a quiet time is committed at once, and transactions
 * follow each other without a pause while more waits than one can take. Batches that could not be stored keep their
 * position and are retried, so order holds whatever fails.
 */
export class GroupCommit {
	readonly #options: GroupCommitOptions;
	#waiting: Waiting[] = [];
	/** By room, batches not yet given to the store; further appends join them. */
	#open = new Map<string, Waiting>();
	#failures = 0;
	#lastStart = Number.NEGATIVE_INFINITY;
	#timer: Timer | undefined;
	#inFlight: Promise<void> | undefined;
	#closed = false;
	/** Number of batches started, and of batches stored. */
	#begun = 0;
	#committed = 0;
	#flushes: { until: number; resolve: () => void; reject: (reason: unknown) => void }[] = [];
	#repeats = 0;

	constructor(options: GroupCommitOptions) {
		this.#options = options;
	}

	get repeats(): number {
		return this.#repeats;
	}

	get writable(): boolean {
		return !this.#closed && this.#options.pending.writable;
	}

	/** When the oldest unstored event was appended, by the clock's `elapsed()`; `undefined` if all are stored. */
	get oldest(): number | undefined {
		return this.#waiting[0]?.since;
	}

	/** @returns whether the caller may append more before the waiting events are stored */
	append(input: EventBatch): boolean {
		if (this.#closed) throw closed();
		const { fit } = this.#options;
		const given = encodeBatch(input);
		const events = fit ? given.events.map(fit) : given.events;
		let waiting = this.#open.get(given.liveId) ?? this.#begin(given.liveId);
		for (const event of events) {
			if (!this.#takes(waiting, event)) waiting = this.#begin(given.liveId);
			waiting.batch.events.push(event);
			waiting.chars += charsOf(event);
			this.#count(waiting, 1, bytesOf(event));
		}
		waiting.batch.cursor = given.cursor ?? waiting.batch.cursor;
		this.#schedule();
		return this.writable;
	}

	#begin(liveId: string): Waiting {
		const waiting = {
			batch: { liveId, events: [], cursor: undefined },
			bytes: 0,
			chars: 0,
			since: this.#options.clock.elapsed(),
		};
		this.#begun++;
		this.#waiting.push(waiting);
		this.#open.set(liveId, waiting);
		this.#count(waiting, 0, batchBytes);
		return waiting;
	}

	#takes({ batch, chars }: Waiting, event: EncodedEvent): boolean {
		const { maxTransactionEvents, maxBatchChars = Number.POSITIVE_INFINITY } = this.#options;
		const { length } = batch.events;
		return length === 0 || (length < maxTransactionEvents && chars + charsOf(event) <= maxBatchChars);
	}

	#count(waiting: Waiting, events: number, bytes: number): void {
		waiting.bytes += bytes;
		this.#options.pending.add(events, bytes);
	}

	flush(): Promise<void> {
		if (this.#committed === this.#begun) return Promise.resolve();
		if (this.#closed) return Promise.reject(closed());
		return new Promise((resolve, reject) => this.#flushes.push({ until: this.#begun, resolve, reject }));
	}

	/** Drops all waiting events. @returns their number */
	drop(): number {
		const events = countOf(this.#waiting);
		for (const { batch, bytes } of this.#waiting.splice(0)) this.#options.pending.remove(batch.events.length, bytes);
		this.#open.clear();
		this.#committed = this.#begun;
		for (const { resolve } of this.#flushes.splice(0)) resolve();
		this.#options.pending.notify();
		return events;
	}

	/** Tries once more to store all waiting events. @returns the number of events that could not be stored */
	async close(): Promise<number> {
		this.#closed = true;
		this.#timer?.cancel();
		this.#timer = undefined;
		await this.#inFlight;
		const failuresBefore = this.#failures;
		while (this.#waiting.length > 0 && this.#failures <= failuresBefore) await this.#run();
		for (const { reject } of this.#flushes.splice(0)) reject(closed());
		return countOf(this.#waiting);
	}

	#schedule(): void {
		if (this.#closed || this.#timer || this.#inFlight || this.#waiting.length === 0) return;
		const { clock } = this.#options;
		const pause = this.#pauseMs();
		const delayMs = Math.min(pause, Math.max(0, this.#lastStart + pause - clock.now()));
		this.#timer = clock.after(delayMs, () => {
			this.#timer = undefined;
			this.#inFlight = this.#run().finally(() => {
				this.#inFlight = undefined;
				this.#schedule();
			});
		});
	}

	/** Minimum time between the starts of two transactions now, ms. */
	#pauseMs(): number {
		const { intervalMs, maxTransactionEvents } = this.#options;
		if (this.#failures > 0) return Math.min(lastRetryMs, firstRetryMs * 2 ** (this.#failures - 1));
		return countOf(this.#waiting) < maxTransactionEvents ? intervalMs : 0;
	}

	async #run(): Promise<void> {
		this.#lastStart = this.#options.clock.now();
		const taken = this.#take();
		let results: StoredBatch[];
		try {
			results = await this.#options.commit(taken.map(({ batch }) => batch));
		} catch (error) {
			this.#failures++;
			this.#options.onFault(this.#options.classify(error), error);
			return;
		}
		const stored = this.#waiting.splice(0, results.length);
		this.#failures = 0;
		this.#committed += stored.length;
		for (const { batch, bytes } of stored) this.#options.pending.remove(batch.events.length, bytes);
		this.#options.onSuccess();
		stored.forEach(({ batch }, index) => {
			const { events = [], repeats = 0 } = results[index] ?? {};
			this.#repeats += repeats;
			if (events.length > 0) this.#options.publish({ liveId: batch.liveId, events });
		});
		while (this.#flushes[0] && this.#flushes[0].until <= this.#committed) this.#flushes.shift()?.resolve();
		if (!this.#closed) this.#options.pending.notify();
	}

	#take(): Waiting[] {
		let events = 0;
		// A single batch is never larger than a transaction.
		const end = this.#waiting.findIndex(({ batch }) => {
			events += batch.events.length;
			return events > this.#options.maxTransactionEvents;
		});
		const taken = this.#waiting.slice(0, end === -1 ? undefined : end);
		// These batches may have to be retried unchanged. Uses a new map, because V8's tables point to their successors: a
		// map that was emptied for years would keep each batch alive beyond its first collections.
		this.#open = new Map(this.#waiting.slice(taken.length).map((waiting) => [waiting.batch.liveId, waiting]));
		return taken;
	}
}

function countOf(waiting: readonly Waiting[]): number {
	return waiting.reduce((sum, { batch }) => sum + batch.events.length, 0);
}

function closed(): LivekeeperError {
	return new LivekeeperError("storage_closed", storageTexts.closed);
}

import type { Clock, Timer } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import { storageTexts } from "../text/index.ts";
import { encodeBatch } from "./encode.ts";
import { type EncodedBatch, sizeOf, withSeq } from "./encoded-event.ts";
import type { CommittedBatch, EventBatch, StorageFault, StoredEvent } from "./event-log.ts";
import type { PendingEvents } from "./pending-events.ts";

/** What became of one batch. */
export interface BatchResult {
	/** `seq` of the first event that was stored; of no meaning when none was. */
	firstSeq: number;
	/** Indexes of events that the room's log already had, ascending. */
	repeats: readonly number[];
	/** The `seq` of each of those, where a commit may go through and its answer be lost all the same. */
	repeatSeqs?: readonly number[];
}

export interface GroupCommitOptions {
	clock: Clock;
	/**
	 * Makes the first of them durable, as many as it gives results for, and at least one. A rejection means that no more
	 * is known: the same batches come again, in the same order, perhaps with others behind them.
	 */
	commit: (batches: EncodedBatch[]) => Promise<BatchResult[]>;
	/** Cuts a batch into those that one transaction can take; default: it takes any. */
	split?: (batch: EncodedBatch) => EncodedBatch[];
	/** A commit failed; it will be tried again. Called each time. */
	onFault: (fault: StorageFault, error: unknown) => void;
	/** A commit went through. */
	onSuccess: () => void;
	publish: (batch: CommittedBatch) => void;
	/** Counts what waits here; queues of one log share it. */
	pending: PendingEvents;
	classify: (error: unknown) => StorageFault;
	/** The least time between the starts of two commits, ms. */
	intervalMs: number;
	/** One transaction takes about this many events at most. */
	maxTransactionEvents: number;
}

interface Waiting {
	batch: EncodedBatch;
	bytes: number;
}

const firstRetryMs = 250;
const lastRetryMs = 5_000;

/**
 * Turns many small appends into few transactions. Under load a transaction starts every `intervalMs`; a batch that
 * comes after a quiet time goes at once. Batches that could not be stored keep their place and are tried again, so
 * order holds whatever fails.
 */
export class GroupCommit {
	readonly #options: GroupCommitOptions;
	#waiting: Waiting[] = [];
	#failures = 0;
	#lastStart = Number.NEGATIVE_INFINITY;
	#timer: Timer | undefined;
	#inFlight: Promise<void> | undefined;
	#closed = false;
	#appended = 0;
	#committed = 0;
	#flushes: { until: number; resolve: () => void; reject: (reason: unknown) => void }[] = [];
	#repeats = 0;
	/** The newest `seq` of each room that was published. */
	readonly #published = new Map<string, number>();

	constructor(options: GroupCommitOptions) {
		this.#options = options;
	}

	get repeats(): number {
		return this.#repeats;
	}

	get writable(): boolean {
		return !this.#closed && this.#options.pending.writable;
	}

	append(input: EventBatch): boolean {
		if (this.#closed) throw closed();
		if (!this.writable) return false;
		const whole = encodeBatch(input);
		for (const batch of this.#options.split?.(whole) ?? [whole]) {
			const bytes = sizeOf(batch);
			this.#waiting.push({ batch, bytes });
			this.#options.pending.add(batch.events.length, bytes);
			this.#appended++;
		}
		this.#schedule();
		return true;
	}

	flush(): Promise<void> {
		if (this.#committed === this.#appended) return Promise.resolve();
		if (this.#closed) return Promise.reject(closed());
		return new Promise((resolve, reject) => this.#flushes.push({ until: this.#appended, resolve, reject }));
	}

	/** Gives up what waits. @returns how many events that were */
	drop(): number {
		const events = countOf(this.#waiting);
		for (const { batch, bytes } of this.#waiting.splice(0)) this.#options.pending.remove(batch.events.length, bytes);
		this.#committed = this.#appended;
		for (const { resolve } of this.#flushes.splice(0)) resolve();
		this.#options.pending.tell();
		return events;
	}

	/** Tries once more to store all that waits. @returns how many events could not be stored */
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
		const { clock, intervalMs } = this.#options;
		const pause = this.#failures > 0 ? Math.min(lastRetryMs, firstRetryMs * 2 ** (this.#failures - 1)) : intervalMs;
		const delayMs = Math.min(pause, Math.max(0, this.#lastStart + pause - clock.now()));
		this.#timer = clock.after(delayMs, () => {
			this.#timer = undefined;
			this.#inFlight = this.#run().finally(() => {
				this.#inFlight = undefined;
				this.#schedule();
			});
		});
	}

	async #run(): Promise<void> {
		this.#lastStart = this.#options.clock.now();
		const taken = this.#take();
		let results: BatchResult[];
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
			const result = results[index];
			if (result) this.#publish(batch, result);
		});
		while (this.#flushes[0] && this.#flushes[0].until <= this.#committed) this.#flushes.shift()?.resolve();
		if (!this.#closed) this.#options.pending.tell();
	}

	#take(): Waiting[] {
		let events = 0;
		const end = this.#waiting.findIndex(({ batch }, index) => {
			events += batch.events.length;
			return index > 0 && events > this.#options.maxTransactionEvents;
		});
		return this.#waiting.slice(0, end === -1 ? undefined : end);
	}

	#publish({ liveId, events: given }: EncodedBatch, { firstSeq, repeats, repeatSeqs = [] }: BatchResult): void {
		let next = firstSeq;
		let repeat = 0;
		let last = this.#published.get(liveId) ?? Number.POSITIVE_INFINITY;
		const events: StoredEvent[] = [];
		given.forEach(({ type, at, json, raw }, index) => {
			const isRepeat = repeats[repeat] === index;
			const seq = isRepeat ? (repeatSeqs[repeat++] ?? 0) : next++;
			// Above what was published it was stored by a commit whose answer was lost: nobody was given it yet.
			if (isRepeat && seq <= last) {
				this.#repeats++;
				return;
			}
			last = seq;
			events.push({ seq, type, at, json: withSeq(seq, json), ...(raw !== undefined && { raw }) });
		});
		if (events.length === 0) return;
		this.#published.set(liveId, last);
		this.#options.publish({ liveId, events });
	}
}

function countOf(waiting: readonly Waiting[]): number {
	return waiting.reduce((sum, { batch }) => sum + batch.events.length, 0);
}

function closed(): LivekeeperError {
	return new LivekeeperError("storage_closed", storageTexts.closed);
}

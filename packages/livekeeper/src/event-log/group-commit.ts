import type { Clock, Timer } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import { storageTexts } from "../text/index.ts";
import { encodeBatch } from "./encode.ts";
import { type EncodedBatch, sizeOf, withSeq } from "./encoded-event.ts";
import type { CommittedBatch, EventBatch, StorageFault, StoredEvent } from "./event-log.ts";

/** What became of one batch. */
export interface BatchResult {
	/** `seq` of the first event that was stored; of no meaning when none was. */
	firstSeq: number;
	/** Indexes of events that the room's log already had, ascending. */
	repeats: readonly number[];
}

export interface GroupCommitOptions {
	clock: Clock;
	/** Makes all of them durable, or none: a rejection means that nothing was stored. */
	commit: (batches: EncodedBatch[]) => Promise<BatchResult[]>;
	/** A commit failed; it will be tried again. Called each time. */
	onFault: (fault: StorageFault, error: unknown) => void;
	/** A commit went through. */
	onSuccess: () => void;
	publish: (batch: CommittedBatch) => void;
	onWritable: () => void;
	classify: (error: unknown) => StorageFault;
	/** The least time between the starts of two commits, ms. */
	intervalMs: number;
	/** `append` refuses while more than this waits, bytes. */
	maxPendingBytes: number;
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
	#events = 0;
	#bytes = 0;
	/** The bound was reached: whoever waits has to be told when that is over, whether it asked `append` or `writable`. */
	#full = false;
	#failures = 0;
	#lastStart = Number.NEGATIVE_INFINITY;
	#timer: Timer | undefined;
	#inFlight: Promise<void> | undefined;
	#closed = false;
	#appended = 0;
	#committed = 0;
	#flushes: { until: number; resolve: () => void; reject: (reason: unknown) => void }[] = [];
	#repeats = 0;

	constructor(options: GroupCommitOptions) {
		this.#options = options;
	}

	get pendingEvents(): number {
		return this.#events;
	}

	get pendingBytes(): number {
		return this.#bytes;
	}

	get repeats(): number {
		return this.#repeats;
	}

	get writable(): boolean {
		return !this.#closed && this.#bytes < this.#options.maxPendingBytes;
	}

	append(input: EventBatch): boolean {
		if (this.#closed) throw closed();
		if (!this.writable) return false;
		const batch = encodeBatch(input);
		const bytes = sizeOf(batch);
		this.#waiting.push({ batch, bytes });
		this.#events += batch.events.length;
		this.#bytes += bytes;
		this.#appended++;
		this.#full ||= !this.writable;
		this.#schedule();
		return true;
	}

	flush(): Promise<void> {
		if (this.#committed === this.#appended) return Promise.resolve();
		if (this.#closed) return Promise.reject(closed());
		return new Promise((resolve, reject) => this.#flushes.push({ until: this.#appended, resolve, reject }));
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
		return this.#events;
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
		this.#waiting.splice(0, taken.length);
		this.#failures = 0;
		this.#committed += taken.length;
		for (const { batch, bytes } of taken) {
			this.#events -= batch.events.length;
			this.#bytes -= bytes;
		}
		this.#options.onSuccess();
		taken.forEach(({ batch }, index) => {
			const result = results[index];
			if (result) this.#publish(batch, result);
		});
		while (this.#flushes[0] && this.#flushes[0].until <= this.#committed) this.#flushes.shift()?.resolve();
		if (this.#full && this.writable) {
			this.#full = false;
			this.#options.onWritable();
		}
	}

	#take(): Waiting[] {
		let events = 0;
		const end = this.#waiting.findIndex(({ batch }, index) => {
			events += batch.events.length;
			return index > 0 && events > this.#options.maxTransactionEvents;
		});
		return this.#waiting.slice(0, end === -1 ? undefined : end);
	}

	#publish(batch: EncodedBatch, result: BatchResult): void {
		this.#repeats += result.repeats.length;
		let seq = result.firstSeq;
		let repeat = 0;
		const events: StoredEvent[] = [];
		batch.events.forEach(({ type, at, json, raw }, index) => {
			if (result.repeats[repeat] === index) repeat++;
			else {
				events.push({ seq, type, at, json: withSeq(seq, json), ...(raw !== undefined && { raw }) });
				seq++;
			}
		});
		if (events.length > 0) this.#options.publish({ liveId: batch.liveId, events });
	}
}

function closed(): LivekeeperError {
	return new LivekeeperError("storage_closed", storageTexts.closed);
}

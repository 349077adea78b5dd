import type { LastNotified } from "@livekeeper/client/filter";
import type { Clock } from "@livekeeper/douyin";
import { waitMs } from "./backoff.ts";
import { type Batch, rangeOf } from "./batch.ts";
import {
	type Attempt,
	type BatchRange,
	type DeadLetter,
	type DeliveryError,
	type RoomProgress,
	type Target,
	withDelivered,
} from "./target.ts";

import { ProgressConflict, type StoredProgress, type TargetStore } from "./target-store.ts";

/** Number of filtered events after which progress past them is stored, instead of at each commit. */
const skipStep = 1_000;

/** Number of attempts kept per room for people to see. */
const remembers = 10;

/** Next step to store. */
interface Step {
	progress: RoomProgress;
	/** Dead letter of the current batch, if it is given up. */
	letter?: DeadLetter;
	/** Whether the current batch is over, also for another node that may be sending it. */
	over: boolean;
}

/**
 * Position of one target in one room, in memory and in the store. Memory follows the store: a failed write throws, and
 * `settle` repeats it before anything else may happen. If another node has written the room's progress, this one
 * continues from there, so nothing moves back. If it may run ahead, it continues from the step that could not be
 * written.
 */
export class RoomPosition {
	readonly #target: Target;
	readonly #store: TargetStore;
	readonly #clock: Clock;
	readonly #mayRunAhead: () => boolean;
	#progress: RoomProgress;
	#revision: number;
	#storedPosition: number;
	#owed: Step | undefined;
	/** When that attempt is due by the monotonic clock, because the wall clock may be set while it waits. */
	#due = { nextAttemptAt: 0, at: 0 };

	/** @param deps.mayRunAhead whether to continue from a step that cannot be stored yet; default: no */
	constructor(
		target: Target,
		{ progress, revision }: StoredProgress,
		{ store, clock, mayRunAhead = () => false }: { store: TargetStore; clock: Clock; mayRunAhead?: () => boolean },
	) {
		this.#target = target;
		this.#store = store;
		this.#clock = clock;
		this.#mayRunAhead = mayRunAhead;
		this.#progress = progress;
		this.#revision = revision;
		this.#storedPosition = progress.position;
	}

	get progress(): Readonly<RoomProgress> {
		return this.#progress;
	}

	/**
	 * Writes the step that could not be written before.
	 * @throws ProgressConflict if another node has written: the progress is now that node's; otherwise whatever the store
	 * throws
	 */
	async settle(): Promise<void> {
		for (let step = this.#owed; step; step = this.#owed) {
			try {
				this.#stored(step.progress, await this.#write(step));
			} catch (error) {
				if (error instanceof ProgressConflict) await this.#reload(step, error);
				else if (step.letter || !this.#mayRunAhead()) throw error;
				else {
					// The step is still owed, and written with the next one.
					this.#progress = step.progress;
					return;
				}
			}
		}
	}

	/**
	 * Continues from the stored progress if another node wrote it.
	 * @throws whatever the store throws, unless it may run ahead
	 */
	async refresh(): Promise<void> {
		if (this.#owed) return;
		try {
			const stored = await this.#store.roomProgress(this.#target.id, this.#progress.liveId);
			if (stored && stored.revision !== this.#revision) this.#stored(stored.progress, stored.revision);
		} catch (error) {
			if (!this.#mayRunAhead()) throw error;
		}
	}

	/** Returns the time until the next attempt is due, ms; 0 or less: now. */
	dueInMs(): number {
		if (!this.#progress.pending) return 0;
		this.#readDue(this.#progress.nextAttemptAt);
		return this.#due.at - this.#clock.elapsed();
	}

	#readDue(nextAttemptAt: number): void {
		if (this.#due.nextAttemptAt === nextAttemptAt) return;
		this.#due = { nextAttemptAt, at: this.#clock.elapsed() + waitMs(nextAttemptAt, this.#clock.now()) };
	}

	/**
	 * Stores a batch that is about to be sent for the first time.
	 * @param nextNotified the room's states once it is accepted
	 */
	begin(batch: Batch, nextNotified: LastNotified | undefined = this.#progress.lastNotified): Promise<void> {
		const pending = rangeOf(batch);
		return this.#save({ ...this.#progress, pending, attempts: 0, nextAttemptAt: 0, nextNotified, done: undefined });
	}

	/** Stores the number of accepted messages of the current batch, while others follow. */
	acceptedPart(done: number): Promise<void> {
		return this.#save({ ...this.#progress, done });
	}

	accepted(batch: Batch, now: number): Promise<void> {
		const moved = this.#movedPast(batch, batch.carried);
		const recent = remembered(this.#progress, batch, now);
		return this.#take({ progress: { ...moved, lastSuccessAt: now, lastError: undefined, recent }, over: true });
	}

	/** Stores that the current batch failed and will be retried. */
	retryAt(nextAttemptAt: number, attempts: number, lastError: DeliveryError): Promise<void> {
		const { pending } = this.#progress;
		const recent = pending && remembered(this.#progress, pending, lastError.at, lastError);
		this.#readDue(nextAttemptAt);
		return this.#save({ ...this.#progress, attempts, nextAttemptAt, lastError, recent });
	}

	/** Gives up the current batch: stores it as a dead letter together with the step past it. */
	deadLetter(batch: Batch, attempts: number, error: DeliveryError): Promise<void> {
		const { filter } = this.#target;
		const { liveId } = this.#progress;
		const place = { ...rangeOf(batch), liveId, filter };
		const letter: DeadLetter = { ...place, attempts, error, deadLetteredAt: error.at, queued: false };
		const recent = remembered(this.#progress, batch, error.at, error);
		const moved = { ...this.#movedPast(batch), lastError: error, recent };
		return this.#take({ progress: moved, letter, over: true });
	}

	/** Records another attempt with a dead letter. */
	triedAgain(letter: BatchRange, at: number, error?: DeliveryError): Promise<void> {
		return this.#save({ ...this.#progress, recent: remembered(this.#progress, letter, at, error) });
	}

	/** Moves to `position`, because no event up to it is selected. */
	async skipTo(position: number, lastNotified: LastNotified | undefined): Promise<void> {
		const skipped = { ...movedTo(this.#progress, position), lastNotified };
		const far = Math.abs(position - this.#storedPosition) >= skipStep;
		if (far || this.#progress.pending) await this.#save(skipped);
		else this.#progress = skipped;
	}

	/** @param accepted events that the target now has */
	#movedPast(batch: Batch, accepted: Batch["carried"] = []): RoomProgress {
		const { delivered, nextNotified } = this.#progress;
		const isReset = batch.truncated?.reason === "reset";
		return {
			...movedTo(this.#progress, batch.nextAfter),
			lastNotified: nextNotified,
			delivered: withDelivered(delivered, accepted, isReset),
		};
	}

	#save(progress: RoomProgress): Promise<void> {
		return this.#take({ progress, over: false });
	}

	#take(step: Step): Promise<void> {
		this.#owed = step;
		return this.settle();
	}

	#write({ progress, letter }: Step): Promise<number> {
		const { id } = this.#target;
		if (letter) return this.#store.addDeadLetter(id, letter, progress, this.#revision);
		return this.#store.saveProgress(id, progress, this.#revision);
	}

	/**
	 * @returns normally if the step must still be written.
	 * @throws ProgressConflict if the stored progress takes precedence
	 */
	async #reload(step: Step, conflict: ProgressConflict): Promise<void> {
		const stored = await this.#store.roomProgress(this.#target.id, this.#progress.liveId);
		// The room was dropped, and this position will be closed in a moment.
		if (!stored) throw conflict;
		const { pending } = this.#progress;
		const isSameBatch = pending !== undefined && pending.deliveryId === stored.progress.pending?.deliveryId;
		// The stored progress is this very write; only its answer was lost.
		const isWritten = JSON.stringify(stored.progress) === JSON.stringify(step.progress);
		if (!isWritten && step.over && isSameBatch) {
			this.#revision = stored.revision;
			return;
		}
		this.#stored(stored.progress, stored.revision);
		if (!isWritten) throw conflict;
	}

	#stored(progress: RoomProgress, revision: number): void {
		this.#progress = progress;
		this.#revision = revision;
		this.#storedPosition = progress.position;
		this.#owed = undefined;
	}
}

function movedTo(progress: RoomProgress, position: number): RoomProgress {
	const over = { pending: undefined, attempts: 0, nextAttemptAt: 0, nextNotified: undefined, done: undefined };
	return { ...progress, position, ...over };
}

function remembered(progress: RoomProgress, batch: BatchRange, at: number, error?: DeliveryError): Attempt[] {
	const { deliveryId, firstSeq, lastSeq, events } = batch;
	return [{ at, deliveryId, firstSeq, lastSeq, events, error }, ...(progress.recent ?? [])].slice(0, remembers);
}

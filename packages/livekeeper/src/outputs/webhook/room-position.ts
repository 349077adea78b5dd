import { waitMs } from "./backoff.ts";
import { type Batch, rangeOf } from "./batch.ts";
import type { DeadLetter, DeliveryError, RoomProgress, Webhook } from "./webhook.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** Progress past events that a filter left out is stored in steps of this many, not for each commit. */
const skipStep = 1_000;

/**
 * Where one webhook is in one room, in memory and in the store. Memory follows the store: a write that fails throws,
 * and is made up for by `settle` before anything else may happen.
 */
export class RoomPosition {
	readonly #webhook: Webhook;
	readonly #store: WebhookStore;
	#progress: RoomProgress;
	#storedPosition: number;
	#owed: (() => void) | undefined;

	constructor(webhook: Webhook, progress: RoomProgress, store: WebhookStore) {
		this.#webhook = webhook;
		this.#store = store;
		this.#progress = progress;
		this.#storedPosition = progress.position;
	}

	get progress(): Readonly<RoomProgress> {
		return this.#progress;
	}

	/** Writes what could not be written before. @throws when it still can't */
	settle(): void {
		this.#owed?.();
		this.#owed = undefined;
	}

	/** Until the next attempt is due, ms; 0 or less: now. */
	dueInMs(now: number): number {
		return this.#progress.pending ? waitMs(this.#progress.nextAttemptAt, now) : 0;
	}

	/** A batch is about to be sent for the first time. */
	begin(batch: Batch): void {
		this.#save({ ...this.#progress, pending: rangeOf(batch), attempts: 0, nextAttemptAt: 0 });
	}

	accepted(batch: Batch, now: number): void {
		this.#save({ ...movedTo(this.#progress, batch.nextAfter), lastSuccessAt: now, lastError: undefined });
	}

	/** The batch under way failed and will be tried again. */
	retryAt(nextAttemptAt: number, attempts: number, lastError: DeliveryError): void {
		this.#save({ ...this.#progress, attempts, nextAttemptAt, lastError });
	}

	/** The batch under way is given up: it becomes a dead letter, in the same transaction as the step past it. */
	bury(batch: Batch, attempts: number, error: DeliveryError): void {
		const { id, types } = this.#webhook;
		const { liveId } = this.#progress;
		const place = { ...rangeOf(batch), liveId, types };
		const letter: DeadLetter = { ...place, attempts, error, buriedAt: error.at, queued: false };
		const moved = { ...movedTo(this.#progress, batch.nextAfter), lastError: error };
		this.#owe(moved, () => this.#store.bury(id, letter, moved));
	}

	/** Nothing up to `position` is wanted. */
	skipTo(position: number): void {
		const skipped = movedTo(this.#progress, position);
		const far = Math.abs(position - this.#storedPosition) >= skipStep;
		if (far || this.#progress.pending) this.#save(skipped);
		else this.#progress = skipped;
	}

	#save(progress: RoomProgress): void {
		this.#owe(progress, () => this.#store.saveProgress(this.#webhook.id, progress));
	}

	#owe(progress: RoomProgress, write: () => void): void {
		this.#owed = () => {
			write();
			this.#progress = progress;
			this.#storedPosition = progress.position;
		};
		this.settle();
	}
}

function movedTo(progress: RoomProgress, position: number): RoomProgress {
	return { ...progress, position, pending: undefined, attempts: 0, nextAttemptAt: 0 };
}

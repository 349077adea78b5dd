import { DouyinError } from "../errors.ts";
import type { SessionItem } from "../upstream.ts";

/**
 * Between the socket, which never waits, and the consumer, who may. When as many events wait as it may hold the session
 * ends: what waits is still given, and what comes after it can be had from the cursor behind it. Nothing is left out in
 * between.
 */
export class ItemQueue {
	readonly #maxEvents: number;
	#items: SessionItem[] = [];
	#head = 0;
	#weight = 0;
	#ended = false;
	#failure: DouyinError | undefined;
	#wake: (() => void) | undefined;

	/** @param maxEvents when so many wait nothing more is to be pushed; a frame without events counts as one */
	constructor(maxEvents: number) {
		this.#maxEvents = Math.max(1, maxEvents);
	}

	/** Nothing more will come; what is queued may still be taken. */
	get ended(): boolean {
		return this.#ended;
	}

	/** Why it ended; `undefined` when it was stopped. */
	get failure(): DouyinError | undefined {
		return this.#failure;
	}

	/**
	 * To be asked before a frame is decoded: it would be for nothing. A frame is taken whole, so that each session brings
	 * at least one.
	 * @throws DouyinError `storage` when the consumer is too far behind
	 */
	assertRoom(): void {
		if (this.#weight < this.#maxEvents) return;
		const message = `${this.#weight} events wait for a reader that is too slow; what follows comes from the cursor.`;
		throw new DouyinError("storage", message);
	}

	push(item: SessionItem): void {
		if (this.#ended) return;
		this.#items.push(item);
		this.#weight += weightOf(item);
		this.#signal();
	}

	/** Ends the queue with a failure; the first end counts. */
	fail(failure: DouyinError): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#failure = failure;
		this.#signal();
	}

	/** Ends the queue, if nothing has yet, and forgets what is in it. */
	stop(): void {
		this.#ended = true;
		this.#items = [];
		this.#head = 0;
		this.#weight = 0;
		this.#signal();
	}

	/** The next item, or `undefined` when there is none now. */
	take(): SessionItem | undefined {
		const item = this.#items[this.#head];
		if (item === undefined) return undefined;
		this.#head++;
		this.#weight -= weightOf(item);
		if (this.#head === this.#items.length || this.#head >= 1_024) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}

	/** Resolves when there is something to take, or the queue has ended. */
	readable(): Promise<void> {
		if (this.#head < this.#items.length || this.#ended) return Promise.resolve();
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	#signal(): void {
		this.#wake?.();
		this.#wake = undefined;
	}
}

function weightOf(item: SessionItem): number {
	return "events" in item ? Math.max(1, item.events.length) : 0;
}

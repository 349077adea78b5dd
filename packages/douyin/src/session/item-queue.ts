import type { DouyinError } from "../errors.ts";
import type { SessionItem } from "../upstream.ts";

type FrameItem = SessionItem & { type: "frame" };

/**
 * Between the socket, which never waits, and the consumer, who may. Holds at most `maxEvents` events (a frame without
 * events counts as one); past it the oldest are dropped, and counted in the `dropped` of the next frame.
 */
export class ItemQueue {
	readonly #maxEvents: number;
	#items: SessionItem[] = [];
	#head = 0;
	#weight = 0;
	#dropped = 0;
	#ended = false;
	#failure: DouyinError | undefined;
	#wake: (() => void) | undefined;

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

	push(item: SessionItem): void {
		if (this.#ended) return;
		this.#items.push(item);
		this.#weight += weightOf(item);
		if (this.#weight > this.#maxEvents) this.#dropOldest();
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
		if (item.type === "frame" && this.#dropped > 0) {
			item.dropped += this.#dropped;
			this.#dropped = 0;
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

	#dropOldest(): void {
		const newest = this.#items.length - 1;
		while (this.#weight > this.#maxEvents && this.#head < newest) {
			let at = this.#head;
			while (at < newest && this.#items[at]?.type !== "frame") at++;
			const frame = this.#items[at];
			if (frame?.type !== "frame" || at === newest) break;
			// Recent messages and that the socket opened are not dropped: they step over the frame that is.
			this.#items.copyWithin(this.#head + 1, this.#head, at);
			this.#head++;
			this.#weight -= weightOf(frame);
			this.#dropped += frame.events.length + frame.dropped;
		}
		const last = this.#items[newest];
		const excess = this.#weight - this.#maxEvents;
		if (excess > 0 && last?.type === "frame") this.#trim(last, excess);
		if (this.#head >= 1_024) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
	}

	/** One frame alone is past the limit: its oldest events go. */
	#trim(frame: FrameItem, excess: number): void {
		const before = weightOf(frame);
		const cut = Math.min(excess, frame.events.length);
		frame.events = frame.events.slice(cut);
		this.#dropped += cut;
		this.#weight -= before - weightOf(frame);
	}
}

function weightOf(item: SessionItem): number {
	return item.type === "frame" ? Math.max(1, item.events.length) : 0;
}

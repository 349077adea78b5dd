import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";

/** What has come for one loop over a client's events and has not been taken yet. It never makes anybody wait. */
export class EventBuffer {
	readonly #maxEvents: number;
	#events: UpstreamEvent[] = [];
	#head = 0;
	#ended = false;
	#failure: DouyinError | undefined;
	#wake: (() => void) | undefined;

	/** @param maxEvents with so many waiting it ends */
	constructor(maxEvents: number) {
		this.#maxEvents = Math.max(1, maxEvents);
	}

	/**
	 * Takes all of them, so that what has been told of at all is not lost for whoever begins again behind it.
	 * @returns whether it goes on; when not, what waits is still given, and then why
	 */
	push(events: readonly UpstreamEvent[]): boolean {
		if (this.#ended) return false;
		for (const event of events) this.#events.push(event);
		const waiting = this.#events.length - this.#head;
		if (waiting < this.#maxEvents) {
			this.#signal();
			return true;
		}
		const message = `${waiting} events wait for a loop that is too slow, so it gets no more. Begin a new one.`;
		this.#failure = new DouyinError("storage", message);
		this.end();
		return false;
	}

	/** Nothing more comes; what waits may still be taken. */
	end(): void {
		this.#ended = true;
		this.#signal();
	}

	/** What has come, in order, until it has ended. @throws DouyinError `storage` where it ended because it was full */
	async *events(signal: AbortSignal | undefined): AsyncGenerator<UpstreamEvent, void> {
		for (;;) {
			if (signal?.aborted) return;
			const event = this.#take();
			if (event) yield event;
			else if (!this.#ended) await this.#readable();
			else if (this.#failure) throw this.#failure;
			else return;
		}
	}

	#take(): UpstreamEvent | undefined {
		const event = this.#events[this.#head];
		if (event === undefined) return undefined;
		this.#head++;
		if (this.#head === this.#events.length || this.#head >= 1_024) {
			this.#events = this.#events.slice(this.#head);
			this.#head = 0;
		}
		return event;
	}

	#readable(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	#signal(): void {
		this.#wake?.();
		this.#wake = undefined;
	}
}

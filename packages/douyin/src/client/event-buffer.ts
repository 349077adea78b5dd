import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";

/** Approximate maximum memory of the waiting events, bytes, regardless of their number. */
const maxBytes = 64 * 1024 * 1024;

interface Waiting {
	readonly event: UpstreamEvent;
	readonly bytes: number;
}

/** Events that one loop over a client's events has not taken yet. It never delays the producer. */
export class EventBuffer {
	readonly #maxEvents: number;
	readonly #waiting: Waiting[] = [];
	#bytes = 0;
	#ended = false;
	#failure: DouyinError | undefined;
	#wake: (() => void) | undefined;

	/** @param maxEvents number of waiting events at which the buffer ends */
	constructor(maxEvents: number) {
		this.#maxEvents = Math.max(1, maxEvents);
	}

	/**
	 * Takes all events, so a loop that begins after this one misses nothing that was delivered.
	 * @returns whether the buffer takes more; if not, the waiting events are still given, and then the error
	 */
	push(events: readonly UpstreamEvent[]): boolean {
		if (this.#ended) return false;
		for (const event of events) {
			const bytes = weightOf(event);
			this.#waiting.push({ event, bytes });
			this.#bytes += bytes;
		}
		const { length: waiting } = this.#waiting;
		if (waiting < this.#maxEvents && this.#bytes < maxBytes) {
			this.#signal();
			return true;
		}
		const message = `${waiting} events wait for a loop that is too slow, so it gets no more. Begin a new one.`;
		this.#failure = new DouyinError("storage", message);
		this.end();
		return false;
	}

	/** Ends the buffer; events that wait can still be taken. */
	end(): void {
		this.#ended = true;
		this.#signal();
	}

	/**
	 * Yields the events in order until the buffer has ended.
	 * @throws DouyinError `storage` if it ended because it was full
	 */
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
		const first = this.#waiting.shift();
		this.#bytes -= first?.bytes ?? 0;
		return first?.event;
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

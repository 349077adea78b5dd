import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";

/** What waits in it may take in memory, about, bytes, however few events that are. */
const mostBytes = 64 * 1024 * 1024;

interface Waiting {
	readonly event: UpstreamEvent;
	readonly bytes: number;
}

/** What has come for one loop over a client's events and has not been taken yet. It never makes anybody wait. */
export class EventBuffer {
	readonly #maxEvents: number;
	readonly #waiting: Waiting[] = [];
	#bytes = 0;
	#ended = false;
	#failure: DouyinError | undefined;
	#wake: (() => void) | undefined;

	/** @param maxEvents number of waiting events with which it ends */
	constructor(maxEvents: number) {
		this.#maxEvents = Math.max(1, maxEvents);
	}

	/**
	 * Takes all of them, so that nothing that was delivered is lost for a loop that begins after it.
	 * @returns whether it goes on; when not, what waits is still given, and then why
	 */
	push(events: readonly UpstreamEvent[]): boolean {
		if (this.#ended) return false;
		for (const event of events) {
			const bytes = weightOf(event);
			this.#waiting.push({ event, bytes });
			this.#bytes += bytes;
		}
		const { length: waiting } = this.#waiting;
		if (waiting < this.#maxEvents && this.#bytes < mostBytes) {
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

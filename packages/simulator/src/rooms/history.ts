import type { SourceMessage } from "../traffic/source.ts";

/**
 * The newest messages of one broadcast, by position. Positions count from 0 and are never reused, so a cursor stays
 * exact as long as its message is kept.
 */
export class History {
	readonly #limit: number;
	readonly #messages: SourceMessage[] = [];
	#first = 0;

	/** @param limit maximum number of messages that are kept */
	constructor(limit: number) {
		this.#limit = limit;
	}

	/** Position of the next message to come. */
	get head(): number {
		return this.#first + this.#messages.length;
	}

	/** Position of the oldest message still kept; equal to `head` if there is none. */
	get oldest(): number {
		return Math.max(this.#first, this.head - this.#limit);
	}

	append(message: SourceMessage): void {
		this.#messages.push(message);
		// Cut off in one piece now and then: one at a time would move the whole array for each message.
		const surplus = this.#messages.length - this.#limit;
		if (surplus > Math.max(256, this.#limit / 4)) {
			this.#messages.splice(0, surplus);
			this.#first += surplus;
		}
	}

	/** Returns the messages in [from, to) that are still kept. */
	slice(from: number, to: number): SourceMessage[] {
		const start = Math.max(from, this.oldest) - this.#first;
		return this.#messages.slice(start, Math.max(start, to - this.#first));
	}
}

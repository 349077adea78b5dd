/** Counts events that wait for their commit, in one queue or in several that share one bound. */
export class PendingEvents {
	readonly #maxBytes: number;
	readonly #onWritable: () => void;
	#events = 0;
	#bytes = 0;
	/** Whether the bound was reached and `onWritable` is due. */
	#full = false;

	/** @param maxBytes bound above which nothing more should be appended, bytes */
	constructor(maxBytes: number, onWritable: () => void) {
		this.#maxBytes = maxBytes;
		this.#onWritable = onWritable;
	}

	get events(): number {
		return this.#events;
	}

	get bytes(): number {
		return this.#bytes;
	}

	get writable(): boolean {
		return this.#bytes < this.#maxBytes;
	}

	add(events: number, bytes: number): void {
		this.#events += events;
		this.#bytes += bytes;
		this.#full ||= !this.writable;
	}

	remove(events: number, bytes: number): void {
		this.#events -= events;
		this.#bytes -= bytes;
	}

	/** Must be called after `remove`, when the removed events have been reported to their readers. */
	notify(): void {
		if (!this.#full || !this.writable) return;
		this.#full = false;
		this.#onWritable();
	}
}

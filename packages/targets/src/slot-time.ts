/** Half-life of the time spent, ms: a receiver that was slow a while ago is not held to it. */
const halfLifeMs = 60_000;

/** Recent time for which a target's requests held slots, including pending ones. */
export class SlotTime {
	#spentMs = 0;
	/** Time up to which `#spentMs` is counted. */
	#at = 0;
	#running = 0;

	/** Records that a request takes a slot. @param now ms, of a monotonic clock */
	begin(now: number): void {
		this.#bringTo(now);
		this.#running++;
	}

	/** Records that a request releases its slot. */
	end(now: number): void {
		this.#bringTo(now);
		this.#running--;
	}

	/** Returns the slot time spent, ms; older time counts less. */
	spentMs(now: number): number {
		this.#bringTo(now);
		return this.#spentMs;
	}

	#bringTo(now: number): void {
		const passedMs = now - this.#at;
		this.#spentMs = this.#spentMs * 2 ** (-passedMs / halfLifeMs) + this.#running * passedMs;
		this.#at = now;
	}
}

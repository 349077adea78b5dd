/** What was spent counts half after this, ms: a receiver that was slow a while ago is not held to it. */
const halfLifeMs = 60_000;

/** How long a target's requests have held slots lately, those under way included. */
export class SlotTime {
	#spentMs = 0;
	/** To when `#spentMs` was brought. */
	#at = 0;
	#running = 0;

	/** A request takes a slot. @param now ms, of one clock that never goes back */
	begin(now: number): void {
		this.#bringTo(now);
		this.#running++;
	}

	/** A request gives its slot back. */
	end(now: number): void {
		this.#bringTo(now);
		this.#running--;
	}

	/** Slot time spent, ms; what lies back counts less. */
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

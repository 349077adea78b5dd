/**
 * Maximum time that is made up for after a pause of the whole machine, ms, so that clients don't receive hours at once.
 */
const maxCatchUpMs = 5000;

/** Counts due messages, at an even rate from its start. */
export class Pacer {
	#rate: number;
	#startedAt: number | undefined;
	#given = 0;

	/** @param rate messages per second, may be a fraction; 0 for none */
	constructor(rate: number) {
		this.#rate = rate;
	}

	get rate(): number {
		return this.#rate;
	}

	get running(): boolean {
		return this.#startedAt !== undefined;
	}

	start(now: number): void {
		if (this.running) return;
		this.#startedAt = now;
		this.#given = 0;
	}

	stop(): void {
		this.#startedAt = undefined;
	}

	setRate(rate: number, now: number): void {
		this.#rate = rate;
		if (this.running) {
			this.stop();
			this.start(now);
		}
	}

	/** Returns the number of messages that have become due since the last call. */
	due(now: number): number {
		if (this.#startedAt === undefined) return 0;
		const due = Math.floor(((now - this.#startedAt) * this.#rate) / 1000) - this.#given;
		const max = Math.ceil((maxCatchUpMs * this.#rate) / 1000);
		if (due <= max) {
			this.#given += Math.max(0, due);
			return Math.max(0, due);
		}
		this.#startedAt = now;
		this.#given = 0;
		return max;
	}
}

import type { Clock, Timer } from "@livekeeper/douyin";

/** A wait until a time that can be moved while it lasts. An abort ends it; it leaves neither timer nor listener. */
export class Nap {
	/** Resolves at the end. */
	readonly over: Promise<void>;
	readonly #clock: Clock;
	#timer: Timer | undefined;
	#wake: () => void = () => undefined;

	constructor(clock: Clock, at: number, signal: AbortSignal) {
		this.#clock = clock;
		this.over = new Promise((resolve) => {
			this.#wake = () => {
				this.#timer?.cancel();
				signal.removeEventListener("abort", this.#wake);
				resolve();
			};
		});
		signal.addEventListener("abort", this.#wake, { once: true });
		if (signal.aborted) this.#wake();
		else this.moveTo(at);
	}

	/** @param at ms since the epoch */
	moveTo(at: number): void {
		this.#timer?.cancel();
		this.#timer = this.#clock.after(Math.max(0, at - this.#clock.now()), this.#wake);
	}
}

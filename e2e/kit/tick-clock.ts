import type { Clock, Timer } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";

/** Length of a time step, ms, as in the simulator; longer if a step would take less than 1 ms of real time. */
const minStepMs = 100;

/** A manual clock in whole milliseconds, like the machine's. */
export class WholeClock extends ManualClock {
	override after(delayMs: number, fn: () => void): Timer {
		return super.after(Math.ceil(delayMs), fn);
	}

	override every(periodMs: number, fn: () => void): Timer {
		return super.every(Math.ceil(periodMs), fn);
	}
}

/** Another process that shares the time; resolves when it has done everything due. */
export type Companion = (nowMs: number) => Promise<void>;

/**
 * Time that runs `factor` times as fast as real time, but never faster than its participants can follow: the next step
 * waits until all have done what was due. On a busy machine minutes take longer, and no timeout expires because a
 * process got no CPU time.
 */
export class TickClock implements Clock {
	readonly #clock: WholeClock;
	readonly #stepMs: number;
	readonly #stepRealMs: number;
	#companion: Companion | undefined;
	#ended = false;
	#ticking: Promise<void> | undefined;

	constructor(factor: number) {
		this.#clock = new WholeClock(Date.now());
		this.#stepMs = Math.max(minStepMs, factor);
		this.#stepRealMs = this.#stepMs / factor;
	}

	now(): number {
		return this.#clock.now();
	}

	elapsed(): number {
		return this.#clock.elapsed();
	}

	after(delayMs: number, fn: () => void): Timer {
		return this.#clock.after(delayMs, fn);
	}

	every(periodMs: number, fn: () => void): Timer {
		return this.#clock.every(periodMs, fn);
	}

	/** Makes the time wait for another process as well; `undefined` for none. */
	share(companion: Companion | undefined): void {
		this.#companion = companion;
	}

	start(): void {
		this.#ticking = this.#tick();
	}

	async stop(): Promise<void> {
		this.#ended = true;
		await this.#ticking;
	}

	async #tick(): Promise<void> {
		let dueAt = performance.now();
		while (!this.#ended) {
			await this.#clock.advance(this.#stepMs);
			await this.#companion?.(this.#clock.now());
			// At most one late step is made up for, because more would cause a burst.
			dueAt = Math.max(performance.now() - this.#stepRealMs, dueAt + this.#stepRealMs);
			await pause(dueAt - performance.now());
		}
	}
}

/** The machine's timers are coarse, so the next step makes up for the delay. */
function pause(ms: number): Promise<void> {
	return new Promise((resolve) => {
		if (ms >= 0.5) setTimeout(resolve, Math.round(ms));
		else setImmediate(resolve);
	});
}

import type { Clock, Timer } from "../clock.ts";

/**
 * Real time that runs `factor` times as fast: for whole-system tests over real sockets, where a minute of silence
 * should not take a minute.
 */
export class ScaledClock implements Clock {
	readonly #factor: number;
	readonly #startMs: number;
	readonly #origin = performance.now();

	/** @param startMs where the clock starts, ms since the epoch; default: now */
	constructor(factor: number, startMs = Date.now()) {
		this.#factor = factor;
		this.#startMs = startMs;
	}

	now(): number {
		return Math.floor(this.#startMs + (performance.now() - this.#origin) * this.#factor);
	}

	after(delayMs: number, fn: () => void): Timer {
		const handle = setTimeout(fn, delayMs / this.#factor);
		return { cancel: () => clearTimeout(handle) };
	}

	every(periodMs: number, fn: () => void): Timer {
		const handle = setInterval(fn, periodMs / this.#factor);
		return { cancel: () => clearInterval(handle) };
	}
}

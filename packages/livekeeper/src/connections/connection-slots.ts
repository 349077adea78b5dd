import type { Clock, Timer } from "@livekeeper/douyin";
import type { Slot, SlotSource } from "../rooms/index.ts";

export interface SlotLimits {
	/** Handshakes that may be under way at once. Default 50. */
	inProgress: number;
	/** Handshakes that may begin per second; they are spread evenly. Default 20. */
	startsPerSecond: number;
}

export const defaultSlotLimits = { inProgress: 50, startsPerSecond: 20 } as const satisfies SlotLimits;

interface Waiter {
	give(slot: Slot): void;
}

/**
 * Keeps many rooms from connecting at the same moment: first come, first served. A room holds its slot from the start
 * of its handshake to its end, not while it is connected.
 */
export class ConnectionSlots implements SlotSource {
	readonly #clock: Clock;
	readonly #limits: SlotLimits;
	readonly #spacingMs: number;
	/** In the order of their arrival. */
	readonly #waiting = new Set<Waiter>();
	#inProgress = 0;
	#nextStartAt = 0;
	#timer: Timer | undefined;

	constructor(clock: Clock, limits: Partial<SlotLimits> = {}) {
		this.#clock = clock;
		this.#limits = { ...defaultSlotLimits, ...limits };
		if (!(this.#limits.inProgress >= 1)) throw new RangeError("inProgress must be at least 1");
		if (!(this.#limits.startsPerSecond > 0)) throw new RangeError("startsPerSecond must be more than 0");
		this.#spacingMs = 1000 / this.#limits.startsPerSecond;
	}

	/** Handshakes under way. */
	get inProgress(): number {
		return this.#inProgress;
	}

	/** Rooms that wait for their turn. */
	get waiting(): number {
		return this.#waiting.size;
	}

	acquire(_liveId: string, signal: AbortSignal): Slot | Promise<Slot> {
		if (this.#waiting.size === 0 && this.#free() && !signal.aborted) return this.#take();
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const waiter: Waiter = {
				give: (slot) => {
					signal.removeEventListener("abort", leave);
					resolve(slot);
				},
			};
			const leave = () => {
				this.#waiting.delete(waiter);
				this.#serve();
				reject(signal.reason);
			};
			signal.addEventListener("abort", leave, { once: true });
			this.#waiting.add(waiter);
			this.#serve();
		});
	}

	#free(): boolean {
		return this.#inProgress < this.#limits.inProgress && this.#waitMs() === 0;
	}

	/** Until the next start is allowed. A longer wait than the spacing means that the clock was set back. */
	#waitMs(): number {
		const ms = this.#nextStartAt - this.#clock.now();
		return ms > this.#spacingMs ? 0 : Math.max(0, Math.ceil(ms));
	}

	#take(): Slot {
		this.#inProgress++;
		this.#nextStartAt = this.#clock.now() + this.#spacingMs;
		let held = true;
		return {
			release: () => {
				if (!held) return;
				held = false;
				this.#inProgress--;
				this.#serve();
			},
		};
	}

	/** Gives out what is free, and sets the timer only while somebody waits for time to pass. */
	#serve(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		for (const waiter of this.#waiting) {
			if (!this.#free()) break;
			this.#waiting.delete(waiter);
			waiter.give(this.#take());
		}
		if (this.#waiting.size === 0 || this.#inProgress >= this.#limits.inProgress) return;
		this.#timer = this.#clock.after(this.#waitMs(), () => this.#serve());
	}
}

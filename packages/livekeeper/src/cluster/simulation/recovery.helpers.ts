/** Progress of rooms since a disturbance. */
export type Step = "claimed" | "ready" | "connected";

/** Time until a share of the rooms had reached a step, s. */
export interface Took {
	rooms: number;
	/** Number of rooms that have not reached it. */
	open: number;
	median: number;
	p99: number;
	worst: number;
}

/**
 * Watches rooms from one moment on: when each has an owner again, when that one may append, and when it is connected.
 */
export class Recovery {
	readonly #from: number;
	readonly #open: Record<Step, Set<number>>;
	readonly #took: Record<Step, number[]> = { claimed: [], ready: [], connected: [] };

	/** @param from ms since the start. @param live the rooms among them that are connected to the upstream */
	constructor(from: number, rooms: readonly number[], live: readonly number[]) {
		this.#from = from;
		this.#open = { claimed: new Set(rooms), ready: new Set(live), connected: new Set(live) };
	}

	get isOver(): boolean {
		return Object.values(this.#open).every(({ size }) => size === 0);
	}

	note(step: Step, room: number, now: number): void {
		if (this.#open[step].delete(room)) this.#took[step].push(now - this.#from);
	}

	took(step: Step): Took {
		const times = this.#took[step].toSorted((a, b) => a - b).map((ms) => ms / 1000);
		const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
		const open = this.#open[step].size;
		return { rooms: times.length + open, open, median: at(0.5), p99: at(0.99), worst: at(1) };
	}
}

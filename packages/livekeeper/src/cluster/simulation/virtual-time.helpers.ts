/** Virtual time: runs millions of events in the order of their times, as fast as they can be computed. */
export class VirtualTime {
	#now = 0;
	#order = 0;
	/** A binary heap: the earliest event first. */
	readonly #times: number[] = [];
	readonly #orders: number[] = [];
	readonly #events: (() => void)[] = [];

	/** ms since the start. */
	get now(): number {
		return this.#now;
	}

	after(delayMs: number, event: () => void): void {
		let index = this.#times.length;
		const time = this.#now + Math.max(0, delayMs);
		const order = this.#order++;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!this.#isBefore(time, order, parent)) break;
			this.#move(parent, index);
			index = parent;
		}
		this.#put(index, time, order, event);
	}

	/** Runs everything that is due until then, ms since the start. */
	run(until: number): void {
		while ((this.#times[0] ?? Number.POSITIVE_INFINITY) <= until) {
			this.#now = this.#times[0] ?? this.#now;
			this.#take()();
		}
		this.#now = until;
	}

	#take(): () => void {
		const [event] = this.#events;
		const time = this.#times.pop() ?? 0;
		const order = this.#orders.pop() ?? 0;
		const last = this.#events.pop();
		if (!event || !last) throw new Error("nothing is due");
		const { length } = this.#times;
		if (length === 0) return event;
		let index = 0;
		for (let child = 1; child < length; child = 2 * index + 1) {
			const other = child + 1;
			if (other < length && this.#isBefore(this.#times[other] ?? 0, this.#orders[other] ?? 0, child)) child = other;
			if (this.#isBefore(time, order, child)) break;
			this.#move(child, index);
			index = child;
		}
		this.#put(index, time, order, last);
		return event;
	}

	#isBefore(time: number, order: number, index: number): boolean {
		const other = this.#times[index] ?? 0;
		return time < other || (time === other && order < (this.#orders[index] ?? 0));
	}

	#move(from: number, to: number): void {
		this.#put(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, this.#events[from] ?? nothing);
	}

	#put(index: number, time: number, order: number, event: () => void): void {
		this.#times[index] = time;
		this.#orders[index] = order;
		this.#events[index] = event;
	}
}

const nothing = () => undefined;

import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { Clock, Timer } from "@livekeeper/douyin";

const turn = setImmediate;

interface Due {
	at: number;
	/** Decides between events that are due at the same time. */
	tie: number;
	what: string;
	fn: (() => void) | undefined;
}

/** The clock that libraries of the running process read. */
const running = new AsyncLocalStorage<Clock>();

/** Runs work as part of a process: its libraries read this clock, also in timers that it sets. */
export function runIn<T>(libraries: Clock, work: () => T): T {
	return running.run(libraries, work);
}

/** Returns a clock for libraries: that of the process that runs, or this one. */
export function libraryClock(outside: Clock): Clock {
	const current = () => running.getStore() ?? outside;
	return {
		now: () => current().now(),
		elapsed: () => current().elapsed(),
		after: (delayMs, fn) => current().after(delayMs, fn),
		every: (periodMs, fn) => current().every(periodMs, fn),
	};
}

/** Wall-clock time at which every world begins, ms since the epoch: 2026-01-01T00:00:00Z. */
export const startsAt = 1_767_225_600_000;

/**
 * The time of a world: a queue of what is due. Time passes only from one event to the next, and all promises settle in
 * between, so nothing real is awaited. The order of events that are due at the same time is drawn from the seed.
 */
export class Scheduler {
	readonly trace = new Trace();
	readonly #random: () => number;
	readonly #heap: Due[] = [];
	#elapsed = 0;
	#events = 0;

	constructor(random: () => number) {
		this.#random = random;
	}

	/** Milliseconds since the world began. */
	get elapsed(): number {
		return this.#elapsed;
	}

	/** Number of events so far. */
	get events(): number {
		return this.#events;
	}

	/** @param what name of the event in the trace */
	after(delayMs: number, fn: () => void, what = ""): Timer {
		const libraries = running.getStore();
		const due: Due = {
			...{ at: this.#elapsed + Math.max(0, Math.ceil(delayMs)), tie: this.#random(), what },
			fn: libraries ? () => running.run(libraries, fn) : fn,
		};
		this.#push(due);
		return {
			cancel: () => {
				due.fn = undefined;
			},
		};
	}

	every(periodMs: number, fn: () => void, what = ""): Timer {
		let timer = this.after(periodMs, () => repeat(), what);
		const repeat = () => {
			timer = this.after(periodMs, () => repeat(), what);
			fn();
		};
		return { cancel: () => timer.cancel() };
	}

	/** Lets time pass by `ms`. */
	async advance(ms: number): Promise<void> {
		const end = this.#elapsed + ms;
		await settle();
		for (let next = this.#next(end); next; next = this.#next(end)) {
			this.#elapsed = next.at;
			this.#events++;
			this.trace.note(next.at, next.what);
			next.fn?.();
			await settle();
		}
		this.#elapsed = end;
	}

	/** Lets time pass until the condition holds. @returns whether it does before `limitMs` have passed */
	async until(holds: () => boolean, limitMs: number, stepMs = 500): Promise<boolean> {
		const end = this.#elapsed + limitMs;
		while (!holds()) {
			if (this.#elapsed >= end) return false;
			await this.advance(Math.min(stepMs, end - this.#elapsed));
		}
		return true;
	}

	/** Waits for work that takes no time, such as loading a module. */
	async finish<T>(work: Promise<T>): Promise<T> {
		let isOver = false;
		const note = () => {
			isOver = true;
		};
		work.then(note, note);
		while (!isOver) await settle();
		return work;
	}

	#push(due: Due): void {
		const heap = this.#heap;
		let at = heap.push(due) - 1;
		while (at > 0) {
			const parent = (at - 1) >> 1;
			const above = heap[parent] as Due;
			if (!isBefore(due, above)) break;
			heap[at] = above;
			at = parent;
		}
		heap[at] = due;
	}

	/** Removes and returns the next event that is due by then. */
	#next(end: number): Due | undefined {
		for (let first = this.#heap[0]; first && first.at <= end; first = this.#heap[0]) {
			this.#pop();
			if (first.fn) return first;
		}
		return undefined;
	}

	#pop(): void {
		const heap = this.#heap;
		const last = heap.pop() as Due;
		if (heap.length === 0) return;
		let at = 0;
		for (;;) {
			let child = 2 * at + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++;
			if (!isBefore(heap[child] as Due, last)) break;
			heap[at] = heap[child] as Due;
			at = child;
		}
		heap[at] = last;
	}
}

function isBefore(a: Due, b: Due): boolean {
	return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}

/** Lets everything run that waits for nothing but other promises. */
function settle(): Promise<void> {
	return new Promise((resolve) => void turn(resolve));
}

/** Everything that happened in a world, as a hash. */
export class Trace {
	/** Receives each entry. */
	onEntry: ((entry: string) => void) | undefined;
	readonly #hash = createHash("sha256");
	#entries: string[] = [];

	note(at: number, what: string): void {
		const entry = `${at} ${what}`;
		this.onEntry?.(entry);
		if (this.#entries.push(entry) >= 1_000) this.#flush();
	}

	/** Ends the trace. @returns 16 hexadecimal digits */
	end(): string {
		this.#flush();
		return this.#hash.digest("hex").slice(0, 16);
	}

	#flush(): void {
		this.#hash.update(this.#entries.join("\n"));
		this.#entries = [];
	}
}

/** A process's clock. Its wall clock can be set; when the process dies, its timers are gone. */
export class WorldClock implements Clock {
	readonly #scheduler: Scheduler;
	readonly #name: string;
	readonly #pending = new Set<Timer>();
	#aheadMs: number;
	#isDead = false;
	/** Timers that came due while the process hung. */
	#late: (() => void)[] | undefined;

	/** @param aheadMs offset of its wall clock */
	constructor(scheduler: Scheduler, name: string, aheadMs = 0) {
		this.#scheduler = scheduler;
		this.#name = name;
		this.#aheadMs = aheadMs;
	}

	/** Number of pending timers. */
	get pendingTimers(): number {
		return this.#pending.size;
	}

	get aheadMs(): number {
		return this.#aheadMs;
	}

	now(): number {
		return startsAt + this.#scheduler.elapsed + this.#aheadMs;
	}

	/** Begins at a value that no wall clock shows, to expose confusion of the two times. */
	elapsed(): number {
		return 1e9 + this.#scheduler.elapsed;
	}

	/** Sets the wall clock forward by `ms`, or back; no time passes. */
	set(ms: number): void {
		this.#aheadMs += ms;
	}

	after(delayMs: number, fn: () => void): Timer {
		return this.#add(fn, (due) => this.#scheduler.after(delayMs, due, this.#name), true);
	}

	every(periodMs: number, fn: () => void): Timer {
		return this.#add(fn, (due) => this.#scheduler.every(periodMs, due, this.#name), false);
	}

	/** Ends the process: nothing of it runs any more. */
	kill(): void {
		this.#isDead = true;
		for (const timer of [...this.#pending]) timer.cancel();
	}

	/** The process hangs: time passes, and nothing of it runs. */
	freeze(): void {
		this.#late ??= [];
	}

	/** The process wakes: everything that came due meanwhile runs now. */
	thaw(): void {
		const late = this.#late ?? [];
		this.#late = undefined;
		for (const fn of late) this.#scheduler.after(0, fn, this.#name);
	}

	#add(fn: () => void, start: (due: () => void) => Timer, isOnce: boolean): Timer {
		if (this.#isDead) return { cancel: () => undefined };
		let isLate = false;
		let isOver = false;
		const run = () => {
			isLate = false;
			if (isOver) return;
			if (isOnce) own.cancel();
			fn();
		};
		const timer = start(() => {
			if (!this.#late) return run();
			if (!isLate) this.#late.push(run);
			isLate = true;
		});
		const own = {
			cancel: () => {
				isOver = true;
				timer.cancel();
				this.#pending.delete(own);
			},
		};
		this.#pending.add(own);
		return own;
	}
}

import { runIn, type Scheduler, WorldClock } from "./scheduler.ts";

/** A process on a machine of its own: what runs in it, and the time that it reads. */
export class WorldProcess {
	readonly clock: WorldClock;
	readonly #libraries: WorldClock;
	/** Everything that arrived while it hangs. */
	#arrived: (() => void)[] | undefined;
	#isDead = false;

	/** @param aheadMs offset of its machine's wall clock */
	constructor(scheduler: Scheduler, aheadMs: number) {
		this.clock = new WorldClock(scheduler, "service", aheadMs);
		this.#libraries = new WorldClock(scheduler, "library", aheadMs);
	}

	get hangs(): boolean {
		return this.#arrived !== undefined;
	}

	get isDead(): boolean {
		return this.#isDead;
	}

	/** Runs work as part of the process. */
	run<T>(work: () => T): T {
		return runIn(this.#libraries, work);
	}

	/** Something arrives from outside: it waits while the process hangs, and is lost on one that has died. */
	deliver(fn: () => void): void {
		if (this.#isDead) return;
		if (this.#arrived) this.#arrived.push(fn);
		else this.run(fn);
	}

	/** Sets its machine's wall clock forward by `ms`, or back. */
	setClock(ms: number): void {
		this.clock.set(ms);
		this.#libraries.set(ms);
	}

	/** Stops it in the middle of whatever it does, until it is woken. */
	freeze(): void {
		this.#arrived ??= [];
		this.clock.freeze();
		this.#libraries.freeze();
	}

	wake(): void {
		const arrived = this.#arrived ?? [];
		this.#arrived = undefined;
		this.clock.thaw();
		this.#libraries.thaw();
		for (const fn of arrived) this.deliver(fn);
	}

	/** Ends it: nothing of it runs any more. */
	kill(): void {
		this.#isDead = true;
		this.clock.kill();
		this.#libraries.kill();
	}
}

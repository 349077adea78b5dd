import type { Clock } from "@livekeeper/douyin";
import { type Observed, observe, type Reading } from "./service-states.ts";

/** Source of the service's states. */
export interface StateSource {
	readings(): readonly Reading[];
	/** Whether this node notifies targets; one of several nodes does. */
	tells(): boolean;
	/** Whether anything can be stored. */
	isStorable(): boolean;
}

const lookEveryMs = 5_000;

/** Observes the service's states every few seconds, and remembers since when each one holds. */
export class ServiceWatch {
	readonly #clock: Clock;
	readonly #onLook = new Set<() => void>();
	readonly #onTeller = new Set<() => void>();
	#observed: Observed = new Map();
	#source: StateSource | undefined;
	#tells = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	get observed(): Observed {
		return this.#observed;
	}

	/** Whether this node notifies targets; false until there is something to observe. */
	get tells(): boolean {
		return this.#tells;
	}

	/** Whether anything can be stored; true if that is unknown. */
	get isStorable(): boolean {
		return this.#source?.isStorable() ?? true;
	}

	/** Starts to observe. @returns a function that stops it */
	follow(source: StateSource): () => void {
		this.#source = source;
		this.#look(source);
		const timer = this.#clock.every(lookEveryMs, () => this.#look(source));
		return () => timer.cancel();
	}

	/**
	 * Calls `listener` after each observation of the node that notifies.
	 * @returns a function that removes the listener
	 */
	onLook(listener: () => void): () => void {
		this.#onLook.add(listener);
		return () => void this.#onLook.delete(listener);
	}

	/** Calls `listener` when `tells` changes. @returns a function that removes the listener */
	onTeller(listener: () => void): () => void {
		this.#onTeller.add(listener);
		return () => void this.#onTeller.delete(listener);
	}

	#look(source: StateSource): void {
		this.#observed = observe(this.#observed, source.readings(), this.#clock.now());
		const tells = source.tells();
		if (tells !== this.#tells) {
			this.#tells = tells;
			for (const listener of this.#onTeller) listener();
		}
		if (!tells) return;
		for (const listener of this.#onLook) listener();
	}
}

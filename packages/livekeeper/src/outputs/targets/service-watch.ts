import type { Clock } from "@livekeeper/douyin";
import { type Observed, observe, type Reading } from "./service-states.ts";

/** Where the service's states are read. */
export interface StateSource {
	readings(): readonly Reading[];
	/** Whether it is this node that tells targets: of several one does. */
	tells(): boolean;
	/** Whether anything can be stored. */
	isStorable(): boolean;
}

const lookEveryMs = 5_000;

/** Looks at the service's states every few seconds, and remembers since when each is as it is. */
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

	/** Whether this node tells targets; not before there is something to look at. */
	get tells(): boolean {
		return this.#tells;
	}

	/** Whether anything can be stored; where that is not known, it is tried. */
	get isStorable(): boolean {
		return this.#source?.isStorable() ?? true;
	}

	/** Looks from now on. @returns what ends it */
	follow(source: StateSource): () => void {
		this.#source = source;
		this.#look(source);
		const timer = this.#clock.every(lookEveryMs, () => this.#look(source));
		return () => timer.cancel();
	}

	/** Called after each look of the node that tells. @returns what ends it */
	onLook(listener: () => void): () => void {
		this.#onLook.add(listener);
		return () => void this.#onLook.delete(listener);
	}

	/** Called when `tells` answers otherwise than before. @returns what ends it */
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

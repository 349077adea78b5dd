import type { Clock } from "@livekeeper/douyin";
import { noRoom, type Observed, observe, type Reading } from "./service-states.ts";

/** Source of the service's states. */
export interface StateSource {
	readings(): readonly Reading[];
	/** Whether this node notifies targets; one of several nodes does. */
	notifies(): boolean;
	/** Whether anything can be stored. */
	isStorable(): boolean;
}

const lookEveryMs = 5_000;

/** Observes the service's states every few seconds, and remembers since when each one holds. */
export class ServiceWatch {
	readonly #clock: Clock;
	readonly #onLook = new Set<() => void>();
	readonly #onNotifier = new Set<() => void>();
	#observed: Observed = new Map();
	#source: StateSource | undefined;
	#notifies = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	get observed(): Observed {
		return this.#observed;
	}

	/** Whether this node notifies targets; false until there is something to observe. */
	get notifies(): boolean {
		return this.#notifies;
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

	/** Calls `listener` when `notifies` changes. @returns a function that removes the listener */
	onNotifier(listener: () => void): () => void {
		this.#onNotifier.add(listener);
		return () => void this.#onNotifier.delete(listener);
	}

	#look(source: StateSource): void {
		this.#observed = observe(this.#observed, source.readings(), this.#clock.now());
		const notifies = source.notifies();
		if (notifies !== this.#notifies) {
			this.#notifies = notifies;
			for (const listener of this.#onNotifier) listener();
		}
		if (!notifies) return;
		for (const listener of this.#onLook) listener();
	}
}

/** Assignment of rooms to nodes for the delivery of targets. */
export interface RoomOwnership {
	/**
	 * Whether this node owns the room. Two nodes may both believe so for a while: receivers then get the same batches
	 * twice, under the same ids, and no position moves back.
	 */
	owns(liveId: string): boolean;
	/** Calls `listener` when answers of `owns` may have changed. @returns a function that removes the listener */
	onChange(listener: () => void): () => void;
}

/** Ownership of a node that runs alone. */
export const everyRoom: RoomOwnership = {
	owns: () => true,
	onChange: () => () => undefined,
};

/** Adds the ownership of the service's states. */
export function withService(rooms: RoomOwnership, states: ServiceWatch | undefined): RoomOwnership {
	return {
		owns: (liveId) => (liveId === noRoom ? (states?.notifies ?? false) : rooms.owns(liveId)),
		onChange(listener) {
			const ends = [rooms.onChange(listener), states?.onNotifier(listener)];
			return () => {
				for (const end of ends) end?.();
			};
		},
	};
}

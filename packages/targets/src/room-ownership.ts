import { noRoom } from "./service-states.ts";
import type { ServiceWatch } from "./service-watch.ts";

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

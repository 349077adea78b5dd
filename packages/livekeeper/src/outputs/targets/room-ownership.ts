import { noRoom } from "./service-states.ts";
import type { ServiceWatch } from "./service-watch.ts";

/** Which rooms this node delivers targets for. */
export interface RoomOwnership {
	/**
	 * Whether it is this node's turn. Two nodes may both believe so for a while: then receivers are sent the same batches
	 * twice, under the same ids, and no position moves back.
	 */
	owns(liveId: string): boolean;
	/** Called when `owns` may answer otherwise than before. @returns what ends it */
	onChange(listener: () => void): () => void;
}

/** A node that is alone. */
export const everyRoom: RoomOwnership = {
	owns: () => true,
	onChange: () => () => undefined,
};

/** With who tells of the service's states. */
export function withService(rooms: RoomOwnership, states: ServiceWatch | undefined): RoomOwnership {
	return {
		owns: (liveId) => (liveId === noRoom ? (states?.tells ?? false) : rooms.owns(liveId)),
		onChange(listener) {
			const ends = [rooms.onChange(listener), states?.onTeller(listener)];
			return () => {
				for (const end of ends) end?.();
			};
		},
	};
}

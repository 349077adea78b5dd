import type { RoomStatus } from "../rooms/index.ts";
import { saidText, type Text } from "../text/index.ts";
import type { Admission, RoomPriority } from "./admission/index.ts";

/** A room's status with the priority of its connection. */
export interface ConnectionStatus extends RoomStatus {
	pinned: boolean;
	/** Order of connecting when there is no capacity for all. */
	priority: RoomPriority;
	/** Set only while a limit keeps it waiting for a connection. */
	queue?: { position: number; why: Text };
}

/** Adds priorities to the statuses of rooms, with one read of the queue for all. */
export function withPriorities(
	statuses: readonly RoomStatus[],
	admission: Pick<Admission, "queue">,
	worthOf: (liveId: string) => Pick<ConnectionStatus, "pinned" | "priority">,
): ConnectionStatus[] {
	const waiting = statuses.some(({ state }) => state === "queued") ? admission.queue() : [];
	const queue = new Map(waiting.map((room) => [room.liveId, room]));
	return statuses.map((status) => {
		const queued = status.state === "queued" ? queue.get(status.liveId) : undefined;
		const { position, why } = queued ?? {};
		return {
			...status,
			...worthOf(status.liveId),
			...(position !== undefined && why && { queue: { position, why: saidText(why) } }),
		};
	});
}

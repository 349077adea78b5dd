import type { Broadcast, Room } from "@livekeeper/client";

/** The broadcast that is followed now, by its `room_id`; `undefined`: none is. */
export function followedBy(room: Room | undefined): string | undefined {
	return room && room.state !== "stopped" ? (room.room_id ?? undefined) : undefined;
}

/**
 * The end of a broadcast that nobody follows any more is in no log: it is taken for over when it was last heard.
 * @param followed by its `room_id`
 */
export function withEnds(broadcasts: readonly Broadcast[], followed: string | undefined): Broadcast[] {
	return broadcasts.map((one) => {
		const isOver = one.ended_at !== null || one.room_id === followed;
		return isOver ? one : { ...one, ended_at: one.started_at + one.duration_ms };
	});
}

import type { Broadcast, Room } from "@livekeeper/client";

/** Returns the `room_id` of the broadcast being followed; `undefined` if there is none. */
export function followedBy(room: Room | undefined): string | undefined {
	return room && room.state !== "stopped" ? (room.room_id ?? undefined) : undefined;
}

/**
 * Returns the broadcasts as of now. The running one takes the room's own numbers, which are pushed, while its summary
 * is only read every few seconds, so all parts of the page agree. The log has no end for a broadcast that is no longer
 * followed: it counts as ended at its last event. One that is followed lasts until now, whether or not anything of it is
 * received.
 *
 * @param now ms since the epoch
 */
export function asOfNow(broadcasts: readonly Broadcast[], room: Room | undefined, now: number): Broadcast[] {
	const followed = followedBy(room);
	return broadcasts.map((one) => {
		if (one.ended_at !== null) return one;
		if (!room || one.room_id !== followed) return { ...one, ended_at: one.started_at + one.duration_ms };
		return {
			...one,
			duration_ms: room.state === "waiting" ? one.duration_ms : Math.max(one.duration_ms, now - one.started_at),
			diamonds: Math.max(one.diamonds, room.diamonds),
			gift_coverage: room.gift_coverage,
			peak_viewers: Math.max(one.peak_viewers, room.viewers ?? 0),
		};
	});
}

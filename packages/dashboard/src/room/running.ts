import type { Broadcast, Room } from "@livekeeper/client";

/** The broadcast that is followed now, by its `room_id`; `undefined`: none is. */
export function followedBy(room: Room | undefined): string | undefined {
	return room && room.state !== "stopped" ? (room.room_id ?? undefined) : undefined;
}

/**
 * Broadcasts as they are now. The one that runs has the room's own numbers, which are pushed, while its summary is read
 * every few seconds: whatever shows it shows the same. The end of one that nobody follows any more is in no log: it is
 * taken for over when it was last heard.
 */
export function asOfNow(broadcasts: readonly Broadcast[], room: Room | undefined): Broadcast[] {
	const followed = followedBy(room);
	return broadcasts.map((one) => {
		if (one.ended_at !== null) return one;
		if (!room || one.room_id !== followed) return { ...one, ended_at: one.started_at + one.duration_ms };
		return {
			...one,
			diamonds: Math.max(one.diamonds, room.diamonds),
			gift_coverage: room.gift_coverage,
			peak_viewers: Math.max(one.peak_viewers, room.viewers ?? 0),
		};
	});
}

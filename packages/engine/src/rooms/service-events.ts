import type { LiveEvent, ServiceEvent } from "@livekeeper/douyin";

/** Fields particular to a service event; the others are common to all. */
export type ServiceEventBody = ServiceEvent extends infer E
	? E extends ServiceEvent
		? Omit<E, "id" | "liveId" | "roomId" | "method" | "at" | "receivedAt">
		: never
	: never;

/**
 * Creates one of the service's own events.
 * @param count increases with each event of the room's monitor
 * @param run distinguishes the monitor's runs: with time and count it makes the id unique across restarts
 * @param roomId "" while no broadcast is known
 */
export function serviceEvent(
	body: ServiceEventBody,
	where: { liveId: string; roomId: string; now: number; count: number; run: string },
): LiveEvent {
	const { liveId, roomId, now, count, run } = where;
	return {
		...body,
		id: `lk:${roomId}:${now}-${run}-${count}`,
		liveId,
		roomId,
		method: "livekeeper",
		at: now,
		receivedAt: now,
	};
}

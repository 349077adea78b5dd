import type { LiveEvent, ServiceEvent } from "@livekeeper/douyin";

/** What is particular to a service event; the rest is the same for all. */
export type ServiceEventBody = ServiceEvent extends infer E
	? E extends ServiceEvent
		? Omit<E, "id" | "liveId" | "roomId" | "method" | "at" | "receivedAt">
		: never
	: never;

/**
 * Makes one of the service's own events.
 * @param count grows with each event of the room's monitor
 * @param run tells the monitor's runs apart: with time and count it makes the id unique, also over restarts
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

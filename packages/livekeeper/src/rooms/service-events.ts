import type { LiveEvent, ServiceEvent } from "@livekeeper/douyin";

/** What is particular to a service event; the rest is the same for all. */
export type ServiceEventBody = ServiceEvent extends infer E
	? E extends ServiceEvent
		? Omit<E, "id" | "liveId" | "roomId" | "method" | "at" | "receivedAt">
		: never
	: never;

/**
 * Makes one of the service's own events.
 * @param seq the number that the event will get: with the time it makes the id unique, also over restarts
 * @param roomId "" while no broadcast is known
 */
export function serviceEvent(
	body: ServiceEventBody,
	where: { liveId: string; roomId: string; now: number; seq: number },
): LiveEvent {
	const { liveId, roomId, now, seq } = where;
	return { ...body, id: `lk:${roomId}:${now}-${seq}`, liveId, roomId, method: "livekeeper", at: now, receivedAt: now };
}

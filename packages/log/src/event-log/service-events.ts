import type { LiveEventType, ServiceEvent } from "@livekeeper/douyin";

/**
 * Types of events that the service itself writes into a room's log. They are rare, and the store indexes each of them.
 */
const types = {
	connection: true,
	gap: true,
	gifts_withheld: true,
	service_down: true,
	broadcast_started: true,
	broadcast_ended: true,
} as const satisfies Record<ServiceEvent["type"], true>;

export const isOfService = (type: LiveEventType): type is ServiceEvent["type"] => Object.hasOwn(types, type);

import type { LiveEventType, ServiceEvent } from "@livekeeper/douyin";

/** What the service itself writes into a room's log. Few among many: the store knows where each of them lies. */
const types = {
	connection: true,
	gap: true,
	gifts_withheld: true,
	service_down: true,
	broadcast_started: true,
	broadcast_ended: true,
} as const satisfies Record<ServiceEvent["type"], true>;

export const isOfService = (type: LiveEventType): type is ServiceEvent["type"] => Object.hasOwn(types, type);

export {
	type MessageQueueOptions,
	type NumberedEvent,
	type RoomHealth,
	RoomMessageQueue,
	type RoomSettings,
	type RoomState,
	type RoomStatus,
	type StatusReason,
} from "../rooms/index.ts";
export { ConnectionSlots, defaultSlotLimits, type SlotLimits } from "./connection-slots.ts";
export { type RoomOptions, sameIdentity, type UpstreamFactory } from "./identities.ts";
export { type ConnectionManagerOptions, PersistentConnectionManager } from "./persistent-connection-manager.ts";
export { reconnectDelayMs } from "./reconnect-policy.ts";

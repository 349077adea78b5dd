export type {
	NumberedEvent,
	RoomHealth,
	RoomOptions,
	RoomState,
	RoomStatus,
	StatusReason,
} from "../connections/index.ts";
export { LiveService, type LiveServiceOptions, type LiveStatus, type StartedRoom } from "./live-service.ts";
export type { MessageSubscriber } from "./message-fan-out.ts";
export { toWireStatus, type WireStatus } from "./wire-status.ts";

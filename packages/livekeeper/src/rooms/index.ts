export type { GiftCounts, QualityPoint, RoomHealth } from "../health/index.ts";
export { LiveRoomMonitor } from "./live-room-monitor.ts";
export type { PermitSource, PermitWait } from "./permit.ts";
export type {
	ConnectionKey,
	FailedAttempt,
	Hold,
	NextAttempt,
	ReconnectStatus,
	ReconnectStrategy,
} from "./reconnect-strategy.ts";
export type { RoomSession } from "./room-connection.ts";
export { RoomFailure } from "./room-failure.ts";
export type { RoomMemory, RoomStore } from "./room-memory.ts";
export type { PastChange, RoomPast } from "./room-past.ts";
export type { ConnectionRoute, RoomConnectionStatus, RoomRoute } from "./room-route.ts";
export type { MessageQueue, RoomSettings, SessionEnd } from "./room-settings.ts";
export { allowedTransitions } from "./room-state.ts";
export {
	noCounts,
	type RoomState,
	type RoomStatus,
	type StatusReason,
	type StorageTrouble,
} from "./room-status.ts";

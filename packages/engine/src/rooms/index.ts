export {
	type GiftCounts,
	type HourTone,
	hourParts,
	hourTones,
	type QualityPoint,
	type RoomHealth,
} from "../health/index.ts";
export type {
	Advice,
	ConnectionKey,
	FailedAttempt,
	GateRequest,
	Hold,
	Permit,
	QuotaKeys,
	RoomGate,
	Wait,
} from "./gate.ts";
export { LiveRoomMonitor, type RoomHistory, type RoomSession } from "./live-room-monitor.ts";
export { RoomFailure } from "./room-failure.ts";
export type { PastChange, RoomMemory, RoomPast, RoomStore } from "./room-memory.ts";
export type {
	ConnectionRoute,
	Look,
	LookRequest,
	LookWait,
	RoomConnectionStatus,
	RoomLooks,
	RoomRoute,
	Urgency,
} from "./room-route.ts";

export { defaultRoomSettings, type MessageQueue, type RoomSettings, type SessionEnd } from "./room-settings.ts";
export { allowedTransitions } from "./room-state.ts";
export {
	noCounts,
	type RoomPhase as RoomState,
	type RoomStatus,
	type StatusReason,
	type StorageTrouble,
} from "./room-status.ts";

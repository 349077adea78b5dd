export { LiveRoomMonitor } from "./live-room-monitor.ts";
export { type MessageQueueOptions, type NumberedEvent, RoomMessageQueue } from "./message-queue.ts";
export { defaultRoomSettings, type RoomDeps, type RoomSettings, type Slot, type SlotSource } from "./room-settings.ts";
export { allowedTransitions } from "./room-state.ts";
export type { RoomHealth, RoomState, RoomStatus, StatusReason } from "./room-status.ts";

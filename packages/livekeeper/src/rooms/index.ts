export { failureClasses, failureClassOf } from "./failure-classes.ts";
export { LiveRoomMonitor } from "./live-room-monitor.ts";
export { RoomMessageQueue } from "./message-queue.ts";
export type { QualityPoint } from "./quality/index.ts";
export type { FailedAttempt, Hold, NextAttempt, ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";
export type { RoomMemory } from "./room-memory.ts";
export type { Place, PlaceSource, RoomSettings, Slot, SlotSource } from "./room-settings.ts";
export { allowedTransitions } from "./room-state.ts";
export type { RoomState, RoomStatus } from "./room-status.ts";

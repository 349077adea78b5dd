export type { RoomHealth, RoomState, RoomStatus, StatusReason } from "./rooms/room-status.ts";

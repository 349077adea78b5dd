export type { PoolLimits, PoolPlace } from "./pool-limits.ts";
export { type RoomPriority, roomPriorities } from "./priority.ts";
export { type ConnectionStatus, type PlacedRoom, type PoolStatus, RoomPlaces } from "./room-places.ts";
export { RoomReaders } from "./room-readers.ts";

export { failureClassOf, type RoomMemory, RoomMessageQueue } from "../rooms/index.ts";
export { ConnectionSlots } from "./connection-slots.ts";
export type { UpstreamFactory } from "./identities.ts";
export { PersistentConnectionManager } from "./persistent-connection-manager.ts";
export {
	type ConnectionStatus as RoomStatus,
	type PoolLimits,
	type PoolStatus,
	type RoomPriority,
	RoomReaders,
	roomPriorities,
} from "./slots/index.ts";

export {
	type LegStatus,
	type QualityPoint,
	type ReconnectStatus,
	type ReconnectStrategy,
	type RoomMemory,
	RoomMessageQueue,
	type StorageTrouble,
} from "../rooms/index.ts";
export { AdaptiveStrategy, HostStats } from "./adaptive/index.ts";
export { ConnectionSlots } from "./connection-slots.ts";
export { FixedStrategy } from "./fixed-strategy.ts";
export { type IdentityResolver, ownIdentity, type RoomIdentity, type UpstreamFactory } from "./identities.ts";
export type { KeptRooms } from "./kept-rooms.ts";
export { loginWarning } from "./login-warning.ts";
export { PersistentConnectionManager } from "./persistent-connection-manager.ts";
export {
	type ConnectionStatus as RoomStatus,
	type PoolLimits,
	type PoolStatus,
	RoomReaders,
	roomPriorities,
} from "./slots/index.ts";

export type { Compared, ComparedAll } from "../comparison.ts";
export {
	type GiftCounts,
	type HourTone,
	hourParts,
	hourTones,
	type Look,
	type MessageQueue,
	noCounts,
	type PastChange,
	type QualityPoint,
	type RoomConnectionStatus,
	type RoomHistory,
	type RoomLooks,
	type RoomMemory,
	type RoomPast,
	type StorageTrouble,
} from "../rooms/index.ts";
export { AdaptiveStrategy, HostStats } from "./adaptive/index.ts";
export {
	type Admission,
	type AdmissionStatus,
	allot,
	type ConnectionLimits,
	type LimitName,
	type LimitShares,
	roomPriorities,
} from "./admission/index.ts";
export {
	type IdentityResolver,
	loginWarning,
	ownIdentity,
	type RoomIdentity,
	type UpstreamFactory,
} from "./identities.ts";
export { type IdentityCooldown, IdentityHolds, type StoredCooldowns } from "./identity-cooldowns.ts";

export {
	type ConnectionManagerOptions,
	type ConnectionStatus as RoomStatus,
	PersistentConnectionManager,
} from "./persistent-connection-manager.ts";
export type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";
export { FixedStrategy } from "./reconnect-strategy.ts";
export { RoomReaders } from "./room-routes.ts";

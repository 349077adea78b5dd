export type { Compared, ComparedAll } from "../comparison/index.ts";
export type {
	GiftCounts,
	HourTone,
	Look,
	MessageQueue,
	PastChange,
	QualityPoint,
	RoomConnectionStatus,
	RoomHistory,
	RoomLooks,
	RoomMemory,
	RoomPast,
	StorageTrouble,
} from "../rooms/index.ts";
export { hourParts, hourTones, noCounts } from "../rooms/index.ts";
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
export type { ConnectionStatus as RoomStatus } from "./connection-status.ts";
export type { IdentityCooldown, StoredCooldowns } from "./cooldowns/index.ts";
export { FixedStrategy } from "./fixed-strategy.ts";
export { type IdentityResolver, ownIdentity, type RoomIdentity, type UpstreamFactory } from "./identities.ts";
export { IdentityPauses } from "./identity-pauses.ts";
export { loginWarning } from "./login-warning.ts";
export { type ConnectionManagerOptions, PersistentConnectionManager } from "./persistent-connection-manager.ts";
export type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";
export { RoomReaders } from "./room-readers.ts";

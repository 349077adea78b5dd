export type { BroadcastSummary } from "./broadcast-summary.ts";
export { minuteMs } from "./charts.ts";
export { withRaw } from "./encoded-event.ts";
export type {
	BackupProgress,
	CommittedBatch,
	EventLog,
	EventLogStatus,
	ReadPage,
	StoredEvent,
	Truncation,
	Unsubscribe,
} from "./event-log.ts";
export type { IdentityRegistry, IdentitySecrets, LoadedIdentity } from "./identity-registry.ts";
export type { Notes } from "./notes.ts";
export type { OverlayTokenRegistry, StoredOverlayToken } from "./overlay-token-registry.ts";
export { checkOf, type KeyFile, keyFileOf, openSecretBox } from "./secret-box.ts";
export { openSqliteEventLog } from "./sqlite/sqlite-event-log.ts";

export { plus } from "./bounded.ts";
export type { BroadcastSummary } from "./broadcast-summary.ts";
export { type BroadcastGifts, minuteMs, type SeriesPoint } from "./charts.ts";
export { userKey } from "./columns.ts";
export { corruptReason } from "./damaged-event.ts";
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
export { isOfService } from "./event-types.ts";
export { addToCoverage, isGiftEvidence } from "./gift-totals.ts";
export { copyGifts, copyRooms, type LogDestination, type LogSource } from "./log-copy.ts";
export { hashesOf } from "./recent-ids.ts";
export type { SearchCursor, SearchPage, SearchQuery } from "./search.ts";
export { MemoryStore } from "./sqlite/memory-store.ts";
export type { SqliteEventLogOptions } from "./sqlite/options.ts";
export { openSqliteEventLog } from "./sqlite/sqlite-event-log.ts";

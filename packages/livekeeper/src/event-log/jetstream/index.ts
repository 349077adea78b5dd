export { Conflict } from "../../storage/index.ts";
export { type Connected, connectNats } from "./connect.ts";
export { LogImport } from "./log-import.ts";
export { NodeBucket, type NodesSeen } from "./node-bucket.ts";
export { NodeMessages } from "./node-messages.ts";
export { openJetStreamEventLog } from "./open.ts";
export type { JetStreamEventLogOptions } from "./options.ts";
export { RecurringFailures } from "./recurring-failures.ts";
export type { SharedEventLog } from "./shared-event-log.ts";

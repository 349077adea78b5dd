export { Admission } from "./admission.ts";
export type { HandshakeLimits } from "./handshake-pace.ts";
export type { ConnectionLimits, QuotaKeys } from "./limits.ts";
export { type RoomPriority, rankOf, roomPriorities } from "./priority.ts";
export type { AdmissionRequest } from "./request.ts";
export type { AdmissionStatus, QueuedRoom } from "./status.ts";

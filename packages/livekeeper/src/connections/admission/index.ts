export { Admission } from "./admission.ts";
export type { HandshakeLimits } from "./handshake-pace.ts";
export type { ConnectionLimits, LimitName, QuotaKeys } from "./limits.ts";
export { type RoomPriority, rankOf, roomPriorities } from "./priority.ts";
export type { AdmissionRequest } from "./request.ts";
export { allot, type LimitShares } from "./shares.ts";
export type { AdmissionStatus, QueuedRoom } from "./status.ts";

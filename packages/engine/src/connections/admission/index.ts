export { Admission } from "./admission.ts";
export type { HandshakeLimits } from "./handshake-pace.ts";
export type { AdmissionStatus, ConnectionLimits, LimitName } from "./limits.ts";
export { type RoomPriority, roomPriorities } from "./request.ts";
export { allot, type LimitShares } from "./shares.ts";

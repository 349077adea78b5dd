export type { OfficialStatus } from "./broadcast-status.ts";
export { judgeOfficial, officialStates } from "./judge.ts";
export type { Broadcasting, OfficialRooms } from "./official-rooms.ts";
export { OfficialSource } from "./official-source.ts";
export { toWireOfficial, type WireOfficial } from "./wire-official.ts";

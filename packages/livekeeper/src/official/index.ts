export type { OfficialStatus, PushedStatus, PushProblem } from "./broadcast-status.ts";
export { judgeOfficial, officialStates } from "./judge.ts";
export type { Broadcasting, OfficialRooms } from "./official-rooms.ts";
export { OfficialSource } from "./official-source.ts";

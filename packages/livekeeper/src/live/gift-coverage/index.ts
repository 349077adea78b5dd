export { RoomCoverage } from "./room-coverage.ts";
export { toWireCoverage, toWireRoomCoverage, type WireCoverage, type WireRoomCoverage } from "./wire-coverage.ts";
export { withheldEvent } from "./withheld-event.ts";

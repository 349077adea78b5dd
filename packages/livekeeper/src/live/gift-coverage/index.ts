export { type GiftListener, nothingKnown, RoomCoverage } from "./room-coverage.ts";
export { withheldEvent } from "./withheld-event.ts";

export { type FoundRoom, RoomFinder } from "./room-finder.ts";

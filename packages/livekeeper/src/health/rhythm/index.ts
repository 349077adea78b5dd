export { type RhythmOptions, RoomRhythm } from "./room-rhythm.ts";

export { type RhythmOptions, RoomRhythm } from "./room-rhythm.ts";
export { spanWords } from "./words.ts";

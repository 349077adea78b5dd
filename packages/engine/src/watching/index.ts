export { nameOf as exitNameOf } from "./exit.ts";
export { usualStartOf } from "./expectation.ts";
export type { KeptRooms, KeptWatching } from "./kept-watching.ts";
export type * from "./watch-status.ts";
export { Watching, type WatchingOptions } from "./watching.ts";

export type * from "./watch-status.ts";

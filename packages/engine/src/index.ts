export * from "./comparison.ts";
// The status of a kept room has more than that of its monitor.
export type { RoomStatus } from "./connections/index.ts";
export * from "./connections/index.ts";
export * from "./health/index.ts";
export * from "./rooms/index.ts";
export * from "./watching/index.ts";

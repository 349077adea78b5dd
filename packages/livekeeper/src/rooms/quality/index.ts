export type { QualityPoint } from "./quality-history.ts";
export { QualityMeter, type RoomQuality } from "./quality-meter.ts";

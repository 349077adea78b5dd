export type { QualityPoint } from "./quality-history.ts";
export { type GiftCounts, QualityMeter, type RoomQuality } from "./quality-meter.ts";

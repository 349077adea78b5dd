export type { QualityPoint } from "./quality-history.ts";
export { type GiftCounts, type PastState, QualityMeter, type RoomQuality } from "./quality-meter.ts";
export { type HourTone, hourParts, hourTones } from "./quality-score.ts";

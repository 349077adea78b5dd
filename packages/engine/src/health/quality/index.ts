export { type GiftCounts, type PastState, QualityMeter, type QualityPoint, type RoomQuality } from "./quality-meter.ts";

export { type HourTone, hourParts, hourTones } from "./quality-score.ts";

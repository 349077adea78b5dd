export { ConnectionHealth, type Doubt, Listening, maxLookMs, type RoomHealth } from "./connection-health.ts";
export {
	type GiftCounts,
	type HourTone,
	hourParts,
	hourTones,
	type PastState,
	QualityMeter,
	type QualityPoint,
	type RoomQuality,
} from "./quality/index.ts";
export type { Asked, Latency, PingAnswers } from "./round-trips.ts";

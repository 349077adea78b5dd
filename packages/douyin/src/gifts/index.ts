export {
	GiftCounter,
	type GiftStep,
	type GiftTally,
	type KnownStreak,
	keyOfStreak,
	streakIdOf,
} from "./gift-counter.ts";
export {
	type CoverageEstimate,
	type CoverageState,
	GiftCoverage,
	type GiftSeen,
	parseTotal,
	type RangeEstimate,
	type TotalSeen,
	type TotalSource,
	type WithheldInterval,
} from "./gift-coverage/index.ts";

export {
	type GiftStep,
	GiftStreaks,
	type GiftStreaksOptions,
	type GiftTally,
	type KnownStreak,
} from "./gift-streaks.ts";
export { StreakMemory } from "./streak-memory.ts";

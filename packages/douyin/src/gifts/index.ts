export {
	type GiftStep,
	GiftStreaks,
	type GiftStreaksOptions,
	type GiftTally,
	type KnownStreak,
} from "./gift-streaks.ts";
export { type GiftTracker, MessageTallies } from "./message-tallies.ts";
export { StreakMemory } from "./streak-memory.ts";

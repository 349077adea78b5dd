export { type GiftStep, GiftStreaks, type GiftStreaksOptions, type GiftTally } from "./gift-streaks.ts";

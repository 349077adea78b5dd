export { GiftCounter, type GiftStep, type GiftTally, type KnownStreak, streakIdOf } from "./gift-counter.ts";

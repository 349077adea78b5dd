export { isAfter } from "./place.ts";
export { type MergedRecents, RecentMerge, type RecoveredPiece } from "./recent-merge.ts";

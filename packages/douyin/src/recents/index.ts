export { mayBeAfter } from "./place.ts";
export { type MergedRecents, type Placed, RecentMerge, type RecoveredPiece } from "./recent-merge.ts";

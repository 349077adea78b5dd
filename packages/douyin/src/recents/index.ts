export { mayBeAfter } from "./place.ts";
export { RecentIds } from "./recent-ids.ts";
export { type MergedRecents, type Placed, RecentMerge, type RecoveredPiece } from "./recent-merge.ts";

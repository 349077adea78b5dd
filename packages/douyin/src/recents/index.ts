export { OverlapCursor } from "./overlap-cursor.ts";
export { mayBeAfter, type Sighting } from "./place.ts";
export { isId, RecentIds } from "./recent-ids.ts";
export { type MergedRecents, type Placed, RecentMerge, type RecoveredPiece } from "./recent-merge.ts";

export { type CoverageEstimate, GiftCoverage, type RangeEstimate } from "./gift-coverage.ts";
export type { GiftSeen } from "./seen-gifts.ts";
export type { CoverageState } from "./state.ts";
export { parseTotal, type TotalSeen, type TotalSource } from "./total-seen.ts";
export type { WithheldInterval } from "./withheld.ts";

export { DedupWindow, isId, maxRemembered } from "./dedup-window.ts";
export type { Batch, Emitted, Gap, GapReason } from "./emission.ts";
export { Sequencer, type SequencerOptions } from "./sequencer.ts";

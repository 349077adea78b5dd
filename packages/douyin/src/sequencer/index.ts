export { DedupWindow, isId } from "./dedup-window.ts";
export type { Gap, GapReason } from "./gap.ts";
export { type Batch, type Emitted, Sequencer, type SequencerOptions } from "./sequencer.ts";

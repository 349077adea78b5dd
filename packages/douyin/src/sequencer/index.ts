export { DedupWindow, isId } from "./dedup-window.ts";
export type { Batch, Emitted } from "./emission.ts";
export type { Gap, GapReason } from "./gap.ts";
export { Sequencer, type SequencerOptions } from "./sequencer.ts";

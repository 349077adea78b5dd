export { DedupWindow, maxRemembered } from "./dedup-window.ts";
export type { Batch, Emitted, Gap, GapReason } from "./emission.ts";
export { isId, type MessageIds } from "./message-ids.ts";
export { Sequencer, type SequencerOptions } from "./sequencer.ts";

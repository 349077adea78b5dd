export { KvTargetStore } from "./kv-target-store.ts";
export { openOutgoings, policyOf } from "./outgoing.ts";
export { presetNames, presets } from "./presets/index.ts";
export type { Reading } from "./service-states.ts";
export { ServiceWatch, type StateSource } from "./service-watch.ts";
export { type DispatcherStats, TargetDispatcher } from "./target-dispatcher.ts";
export { targetLogOf } from "./target-log.ts";
export type { Outgoings } from "./target-renderer.ts";
export {
	deadLetter,
	target,
	targetAttempt,
	targetInput,
	targetPreset,
	targetPreview,
	targetRoom,
	targetTest,
} from "./target-schema.ts";
export { copyTargets, unreadableTargets } from "./target-store.ts";
export { Targets } from "./targets.ts";

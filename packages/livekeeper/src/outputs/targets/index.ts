export { personRoles, roomStates } from "@livekeeper/client/filter";
export { copyTargets, unreadableTargets } from "./copy-targets.ts";
export { KvTargetStore } from "./kv-target-store.ts";
export { openOutgoings, policyOf } from "./outgoing.ts";
export { presetNames, presets } from "./presets/index.ts";
export { type DispatcherStats, TargetDispatcher } from "./target-dispatcher.ts";
export { TargetFile } from "./target-file.ts";
export { targetLogOf } from "./target-log.ts";
export { Targets } from "./targets.ts";

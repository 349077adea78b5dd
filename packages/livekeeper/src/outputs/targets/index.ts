export { isAnyAddress, isPublicAddress } from "./addresses.ts";
export { copyTargets, unreadableTargets } from "./copy-targets.ts";
export { KvTargetStore } from "./kv-target-store.ts";
export { type DispatcherStats, TargetDispatcher } from "./target-dispatcher.ts";
export { TargetFile } from "./target-file.ts";
export { targetLogOf } from "./target-log.ts";
export { TargetSender } from "./target-sender.ts";
export { Targets } from "./targets.ts";

export { createService, isOverlayToken, serviceKey, useService } from "./service.ts";
export { useAttempt } from "./use-attempt.ts";
export { useInCluster } from "./use-in-cluster.ts";
export { usePolled } from "./use-polled.ts";
export { provideUpstream, useUpstream } from "./use-upstream.ts";
export { useVerdict } from "./use-verdict.ts";
export type { Verdict } from "./verdict.ts";
export { wordsOf } from "./words-of.ts";

export { createService, serviceKey, useService } from "./service.ts";
export { useInCluster } from "./use-in-cluster.ts";
export { usePolled, wordsOf } from "./use-polled.ts";

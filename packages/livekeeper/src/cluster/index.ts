export { Cluster, type ClusterNode } from "./cluster.ts";
export type { RelayedReply, RequestRelay } from "./request-relay.ts";

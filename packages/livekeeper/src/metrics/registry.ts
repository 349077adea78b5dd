import type { IntervalHistogram } from "node:perf_hooks";
import type { Clock } from "@livekeeper/douyin";
import { Registry } from "prom-client";
import type { AdmissionStatus, LookupView, ReconnectStatus } from "../live/index.ts";
import { type ClusterSource, clusterMetrics } from "./cluster-metrics.ts";
import { connectionMetrics } from "./connection-metrics.ts";
import { type IdentitySource, identityMetrics } from "./identity-metrics.ts";
import { kindMetrics } from "./kind-metrics.ts";
import { lookupMetrics } from "./lookup-metrics.ts";
import { officialMetrics } from "./official-metrics.ts";
import { processMetrics } from "./process-metrics.ts";
import { type ReaderSource, readerMetrics } from "./reader-metrics.ts";
import { reconnectMetrics } from "./reconnect-metrics.ts";
import { type RoomSource, roomMetrics } from "./room-metrics.ts";
import { type StorageStats, storageMetrics } from "./storage-metrics.ts";
import { type TargetStats, targetMetrics } from "./target-metrics.ts";

export interface MetricsDeps {
	rooms: RoomSource;
	identities: IdentitySource;
	reconnect: () => ReconnectStatus;
	connections: () => AdmissionStatus;
	lookups: () => LookupView;
	readers: ReaderSource;
	targets: () => TargetStats;
	storage: () => StorageStats;
	/** Returns the number of events of each kind; the number of kinds is bounded. */
	kinds: () => ReadonlyMap<string, number>;
	/** Set for a node of a cluster. */
	cluster?: ClusterSource | undefined;
	clock: Clock;
}

/**
 * Creates a registry for one service; nothing is global.
 * @param loop delays of the event loop
 * @returns a function that collects all current values
 */
export function createRegistry(deps: MetricsDeps, loop: IntervalHistogram): () => Promise<string> {
	const { rooms, identities, reconnect, connections, lookups, readers, targets, storage, kinds, cluster, clock } = deps;
	const registry = new Registry();
	// One snapshot of the rooms for all of their series.
	let snapshot: ReturnType<RoomSource> = [];
	roomMetrics(registry, () => snapshot, clock);
	officialMetrics(registry, () => snapshot, clock);
	identityMetrics(registry, identities);
	reconnectMetrics(registry, reconnect);
	connectionMetrics(registry, connections);
	lookupMetrics(registry, lookups);
	readerMetrics(registry, readers);
	targetMetrics(registry, targets);
	storageMetrics(registry, storage);
	kindMetrics(registry, kinds);
	if (cluster) clusterMetrics(registry, cluster);
	processMetrics(registry, loop);
	return () => {
		snapshot = rooms();
		return registry.metrics();
	};
}

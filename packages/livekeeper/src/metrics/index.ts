import type { Clock } from "@livekeeper/douyin";
import { Registry } from "prom-client";
import type { AdmissionStatus, ReconnectStatus } from "../live/index.ts";
import { type ClusterSource, clusterMetrics } from "./cluster-metrics.ts";
import { connectionMetrics } from "./connection-metrics.ts";
import { type IdentitySource, identityMetrics } from "./identity-metrics.ts";
import { officialMetrics } from "./official-metrics.ts";
import { processMetrics } from "./process-metrics.ts";
import { type ReaderSource, readerMetrics } from "./reader-metrics.ts";
import { reconnectMetrics } from "./reconnect-metrics.ts";
import { type RoomSource, roomMetrics } from "./room-metrics.ts";
import { type StorageStats, storageMetrics } from "./storage-metrics.ts";
import { type WebhookStats, webhookMetrics } from "./webhook-metrics.ts";

/** What Prometheus reads. */
export interface Metrics {
	readonly contentType: string;
	/** Collects everything now. */
	text(): Promise<string>;
	/** Stops measuring. */
	close(): void;
}

export interface MetricsDeps {
	rooms: RoomSource;
	identities: IdentitySource;
	reconnect: () => ReconnectStatus;
	connections: () => AdmissionStatus;
	readers: ReaderSource;
	webhooks: () => WebhookStats;
	storage: () => StorageStats;
	/** Where this is a node of a cluster. */
	cluster?: ClusterSource | undefined;
	clock: Clock;
}

/** One registry of its own for each service: nothing is global. */
export function createMetrics(deps: MetricsDeps): Metrics {
	const { rooms, identities, reconnect, connections, readers, webhooks, storage, cluster, clock } = deps;
	const registry = new Registry();
	// One look at the rooms for all of their series.
	let snapshot: ReturnType<RoomSource> = [];
	roomMetrics(registry, () => snapshot, clock);
	officialMetrics(registry, () => snapshot, clock);
	identityMetrics(registry, identities);
	reconnectMetrics(registry, reconnect);
	connectionMetrics(registry, connections);
	readerMetrics(registry, readers);
	webhookMetrics(registry, webhooks);
	storageMetrics(registry, storage);
	if (cluster) clusterMetrics(registry, cluster);
	const close = processMetrics(registry);
	return {
		contentType: registry.contentType,
		async text() {
			snapshot = rooms();
			return registry.metrics();
		},
		close,
	};
}

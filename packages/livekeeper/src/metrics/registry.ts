import type { IntervalHistogram } from "node:perf_hooks";
import type { Clock } from "@livekeeper/douyin";
import { Counter, Gauge, Registry } from "prom-client";
import type { AdmissionStatus, LookupView, ReconnectStatus } from "../live/index.ts";
import { type ClusterSource, clusterMetrics } from "./cluster-metrics.ts";
import { connectionMetrics, type IdentitySource, identityMetrics, reconnectMetrics } from "./connection-metrics.ts";
import { lookupMetrics } from "./lookup-metrics.ts";
import { officialMetrics } from "./official-metrics.ts";
import { type RoomSource, roomMetrics } from "./room-metrics.ts";
import {
	kindMetrics,
	processMetrics,
	type ReaderSource,
	readerMetrics,
	type StorageStats,
	storageMetrics,
	type TargetStats,
	targetMetrics,
} from "./service-metrics.ts";

/** One metric: a row of a table. All are read on request, so counting costs nothing per message. */
export interface Metric {
	name: string;
	help: string;
	/** Names of its labels; default none. */
	labels?: readonly string[];
	/** Whether the value only grows; default `gauge`. */
	kind?: "counter";
	/** Returns all current series. A series that is left out is absent. */
	rows: () => Iterable<Row>;
}

/** A value, and the values of the metric's labels in their order. */
export type Row = readonly [value: number, ...labels: string[]];

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
	const { rooms, cluster, clock } = deps;
	const registry = new Registry();
	// One snapshot of the rooms for all of their series.
	let snapshot: ReturnType<RoomSource> = [];
	addMetrics(registry, [
		...roomMetrics(() => snapshot, clock),
		...officialMetrics(() => snapshot, clock),
		...identityMetrics(deps.identities),
		...reconnectMetrics(deps.reconnect),
		...connectionMetrics(deps.connections),
		...lookupMetrics(deps.lookups),
		...readerMetrics(deps.readers),
		...targetMetrics(deps.targets),
		...storageMetrics(deps.storage),
		...kindMetrics(deps.kinds),
		...(cluster ? clusterMetrics(registry, cluster) : []),
		...processMetrics(loop),
	]);
	return () => {
		snapshot = rooms();
		return registry.metrics();
	};
}

/** Registers metrics, which the registry reads whenever it is asked for its text. */
export function addMetrics(registry: Registry, metrics: readonly Metric[]): void {
	for (const { name, help, labels = [], kind, rows } of metrics) {
		const common = { name, help, labelNames: [...labels], registers: [registry] };
		const seriesOf = (values: readonly string[]) =>
			Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ""]));
		if (kind === "counter") {
			new Counter({
				...common,
				collect() {
					this.reset();
					for (const [value, ...values] of rows()) this.inc(seriesOf(values), value);
				},
			});
		} else {
			new Gauge({
				...common,
				collect() {
					this.reset();
					// A reset gives a gauge without labels the value 0, but it may have to be absent.
					if (labels.length === 0) this.remove();
					for (const [value, ...values] of rows()) this.set(seriesOf(values), value);
				},
			});
		}
	}
}

import type { IntervalHistogram } from "node:perf_hooks";
import type { Clock } from "@livekeeper/douyin";
import type { DispatcherStats } from "@livekeeper/targets";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AdmissionStatus, LookupView, ReconnectStatus } from "../live/index.ts";
import {
	connectionMetrics,
	type IdentitySource,
	identityMetrics,
	lookupMetrics,
	reconnectMetrics,
} from "./connection-metrics.ts";
import { officialMetrics, type RoomSource, roomMetrics } from "./room-metrics.ts";
import {
	kindMetrics,
	processMetrics,
	type ReaderSource,
	readerMetrics,
	type StorageStats,
	storageMetrics,
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
	targets: () => DispatcherStats;
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

/** The state of a cluster node. */
interface ClusterSource {
	readonly stats: {
		rooms: number;
		nodes: number;
		taken: number;
		handedOver: number;
		fenced: number;
		droppedEvents: number;
		roundTripMs: number | undefined;
	};
	/** Calls `listener` with the duration of each append to the log, ms. */
	onAppended(listener: (ms: number) => void): void;
}

type Stats = ClusterSource["stats"];

/** Metrics of this node in its cluster. Each node reports only itself. The append times are counted from now on. */
function clusterMetrics(registry: Registry, cluster: ClusterSource): Metric[] {
	const appends = new Histogram({
		name: "livekeeper_append_seconds",
		help: "Time until NATS acknowledges an append to a room's log",
		buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
		registers: [registry],
	});
	cluster.onAppended((ms) => appends.observe(ms / 1000));
	const gauge = (name: string, help: string, value: (stats: Stats) => number): Metric => ({
		name: `livekeeper_${name}`,
		help,
		rows: () => [[value(cluster.stats)]],
	});
	const counter = (name: string, help: string, value: (stats: Stats) => number): Metric => ({
		...gauge(`${name}_total`, help, value),
		kind: "counter",
	});
	return [
		gauge("node_rooms", "Rooms running on this node", ({ rooms }) => rooms),
		gauge("cluster_nodes", "Nodes visible to this one, including itself", ({ nodes }) => nodes),
		counter("rooms_taken_over", "Rooms taken over by this node since it started", ({ taken }) => taken),
		counter("rooms_handed_over", "Rooms handed over by this node since it started", ({ handedOver }) => handedOver),
		counter("rooms_fenced", "Rooms that another node had claimed before this one noticed", ({ fenced }) => fenced),
		counter(
			"dropped_events",
			"Events dropped because another node had claimed their room",
			(stats) => stats.droppedEvents,
		),
		{
			name: "livekeeper_nats_round_trip_seconds",
			help: "Response time of the NATS server, measured every 10 s; absent while it does not respond",
			rows() {
				const { roundTripMs } = cluster.stats;
				return roundTripMs === undefined ? [] : [[roundTripMs / 1000]];
			},
		},
	];
}

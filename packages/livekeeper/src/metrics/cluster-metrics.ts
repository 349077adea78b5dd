import { Histogram, type Registry } from "prom-client";
import type { Metric } from "./registry.ts";

/** The state of a cluster node. */
export interface ClusterSource {
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
export function clusterMetrics(registry: Registry, cluster: ClusterSource): Metric[] {
	const appends = new Histogram({
		name: "livekeeper_append_seconds",
		help: "How long NATS takes to acknowledge an append to a room's log",
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
		gauge("node_rooms", "Rooms that run on this node", ({ rooms }) => rooms),
		gauge("cluster_nodes", "Nodes that this one sees, itself included", ({ nodes }) => nodes),
		counter("rooms_taken_over", "Rooms that came to this node while it ran", ({ taken }) => taken),
		counter("rooms_handed_over", "Wanted rooms that this node has handed over", ({ handedOver }) => handedOver),
		counter("rooms_fenced", "Rooms that another node had claimed before this one knew", ({ fenced }) => fenced),
		counter(
			"dropped_events",
			"Events given up since another node had claimed their room",
			(stats) => stats.droppedEvents,
		),
		{
			name: "livekeeper_nats_round_trip_seconds",
			help: "How long the NATS server takes to answer, looked at every 10 s; absent while it does not",
			rows() {
				const { roundTripMs } = cluster.stats;
				return roundTripMs === undefined ? [] : [[roundTripMs / 1000]];
			},
		},
	];
}

import { Counter, Gauge, Histogram, type Registry } from "prom-client";

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

/** Registers metrics of this node in its cluster. Each node reports only itself. */
export function clusterMetrics(registry: Registry, cluster: ClusterSource): void {
	const registers = [registry];
	const gauge = (name: string, help: string, value: (stats: Stats) => number) =>
		new Gauge({
			name: `livekeeper_${name}`,
			help,
			registers,
			collect() {
				this.set(value(cluster.stats));
			},
		});
	const counter = (name: string, help: string, value: (stats: Stats) => number) =>
		new Counter({
			name: `livekeeper_${name}_total`,
			help,
			registers,
			collect() {
				this.reset();
				this.inc(value(cluster.stats));
			},
		});
	gauge("node_rooms", "Rooms that run on this node", ({ rooms }) => rooms);
	gauge("cluster_nodes", "Nodes that this one sees, itself included", ({ nodes }) => nodes);
	counter("rooms_taken_over", "Rooms that came to this node while it ran", ({ taken }) => taken);
	counter("rooms_handed_over", "Wanted rooms that this node has handed over", ({ handedOver }) => handedOver);
	counter("rooms_fenced", "Rooms that another node had claimed before this one knew", ({ fenced }) => fenced);
	counter(
		"dropped_events",
		"Events given up since another node had claimed their room",
		(stats) => stats.droppedEvents,
	);
	new Gauge({
		name: "livekeeper_nats_round_trip_seconds",
		help: "How long the NATS server takes to answer, looked at every 10 s; absent while it does not",
		registers,
		collect() {
			this.remove();
			const { roundTripMs } = cluster.stats;
			if (roundTripMs !== undefined) this.set(roundTripMs / 1000);
		},
	});
	const appends = new Histogram({
		name: "livekeeper_append_seconds",
		help: "How long NATS takes to acknowledge an append to a room's log",
		buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
		registers,
	});
	cluster.onAppended((ms) => appends.observe(ms / 1000));
}

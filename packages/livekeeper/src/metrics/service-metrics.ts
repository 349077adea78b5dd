import type { IntervalHistogram } from "node:perf_hooks";
import type { DispatcherStats } from "@livekeeper/targets";
import type { Metric, Row } from "./registry.ts";

/** Counts of the Socket.IO output, and of the connections of all outputs that read. */
export interface ReaderSource {
	readerCounts(): { connected: number; slowReaders: number; refused: number };
	connectionCounts(): { connections: number; refused: number };
}

/** Metrics of the readers. */
export function readerMetrics(source: ReaderSource): Metric[] {
	return [
		{
			name: "livekeeper_readers",
			help: "Connected Socket.IO, SSE and WebSocket clients that read events",
			rows: () => [[source.connectionCounts().connections]],
		},
		{
			name: "livekeeper_readers_refused_total",
			help: "Clients refused because of max_readers",
			kind: "counter",
			rows: () => [[source.connectionCounts().refused]],
		},
		{
			name: "livekeeper_socketio_clients",
			help: "Connected Socket.IO clients",
			rows: () => [[source.readerCounts().connected]],
		},
		{
			name: "livekeeper_socketio_slow_readers_total",
			help: "Socket.IO clients disconnected because they stopped reading",
			kind: "counter",
			rows: () => [[source.readerCounts().slowReaders]],
		},
		{
			name: "livekeeper_socketio_refused_total",
			help: "Socket.IO connections refused because of their key, host or origin",
			kind: "counter",
			rows: () => [[source.readerCounts().refused]],
		},
	];
}

/** Metrics of deliveries, counted by the dispatcher. */
export function targetMetrics(stats: () => DispatcherStats): Metric[] {
	const gauge = (name: string, help: string, value: (stats: DispatcherStats) => number): Metric => ({
		name: `livekeeper_${name}`,
		help,
		rows: () => [[value(stats())]],
	});
	return [
		gauge("targets", "Targets that are enabled and whose URL and secret can be read", ({ targets }) => targets),
		gauge("targets_paused", "Targets that are paused because they keep failing", ({ paused }) => paused),
		gauge("target_lanes", "Pairs of a target and a room", ({ lanes }) => lanes),
		gauge(
			"target_lanes_ready",
			"Pairs of a target and a room that have something to send and wait for their turn",
			({ ready }) => ready,
		),
		gauge("target_requests_in_flight", "Target requests in flight", ({ inFlight }) => inFlight),
		{
			name: "livekeeper_target_requests_total",
			help: "Target requests by outcome",
			kind: "counter",
			labels: ["outcome"],
			rows() {
				const { delivered, failed } = stats();
				return [
					[delivered, "delivered"],
					[failed, "failed"],
				];
			},
		},
	];
}

/** The state of the event log. */
export interface StorageStats {
	state: "ok" | "failing";
	/** Time when it entered this state, ms since the epoch. */
	since: number;
	pendingEvents: number;
	pendingBytes: number;
	storedBytes: number;
	/** Set while the clock is not trusted. */
	clock?: object;
}

/** Metrics of storage: whether events can be stored, and how many are queued. */
export function storageMetrics(stats: () => StorageStats): Metric[] {
	const gauge = (name: string, help: string, value: (stats: StorageStats) => number): Metric => ({
		name: `livekeeper_storage_${name}`,
		help,
		rows: () => [[value(stats())]],
	});
	return [
		gauge("failing", "1 while events can't be stored", ({ state }) => Number(state === "failing")),
		gauge(
			"failing_since_seconds",
			"When storing began to fail, seconds since the epoch; 0 while it works",
			({ state, since }) => (state === "failing" ? Math.round(since / 1000) : 0),
		),
		gauge("clock_in_doubt", "1 while the clock is in doubt and nothing is deleted by age", ({ clock }) =>
			Number(clock !== undefined),
		),
		gauge("pending_events", "Events waiting to be stored", ({ pendingEvents }) => pendingEvents),
		gauge("pending_bytes", "Bytes waiting to be stored", ({ pendingBytes }) => pendingBytes),
		gauge("stored_bytes", "Bytes used by events and their indexes in the store", ({ storedBytes }) => storedBytes),
	];
}

/** Counts of rooms' events by kind. A new kind appears as a new series. */
export function kindMetrics(totals: () => ReadonlyMap<string, number>): Metric[] {
	return [
		{
			name: "livekeeper_kind_messages_total",
			help: "Messages of all rooms by kind: the event type, or the site's own name for a message without one; at most 200 kinds",
			kind: "counter",
			labels: ["kind"],
			rows: () => Array.from(totals(), ([kind, count]): Row => [count, kind]),
		},
	];
}

/** Metrics of the process. */
export function processMetrics(loop: IntervalHistogram): Metric[] {
	return [
		{
			name: "process_cpu_seconds_total",
			help: "CPU time of the process",
			kind: "counter",
			rows() {
				const { user, system } = process.cpuUsage();
				return [[(user + system) / 1e6]];
			},
		},
		{
			name: "process_resident_memory_bytes",
			help: "Memory of the process",
			rows: () => [[process.memoryUsage.rss()]],
		},
		{
			name: "nodejs_heap_size_used_bytes",
			help: "JavaScript heap in use",
			rows: () => [[process.memoryUsage().heapUsed]],
		},
		{
			name: "process_start_time_seconds",
			help: "When the process started, seconds since the epoch",
			rows: () => [[Math.round(Date.now() / 1000 - process.uptime())]],
		},
		{
			name: "nodejs_eventloop_delay_seconds",
			help: "Event loop delay since the last scrape",
			labels: ["percentile"],
			rows() {
				// The histogram counts its own 20 ms sampling period.
				const rows = [50, 99, 100].map((percentile): Row => {
					return [Math.max(0, loop.percentile(percentile) / 1e9 - 0.02), String(percentile)];
				});
				loop.reset();
				return rows;
			},
		},
	];
}

import type { IntervalHistogram } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/** Registers metrics of the process. */
export function processMetrics(registry: Registry, loop: IntervalHistogram): void {
	const registers = [registry];
	new Counter({
		name: "process_cpu_seconds_total",
		help: "CPU time of the process",
		registers,
		collect() {
			const { user, system } = process.cpuUsage();
			this.reset();
			this.inc((user + system) / 1e6);
		},
	});
	new Gauge({
		name: "process_resident_memory_bytes",
		help: "Memory of the process",
		registers,
		collect() {
			this.set(process.memoryUsage.rss());
		},
	});
	new Gauge({
		name: "nodejs_heap_size_used_bytes",
		help: "JavaScript heap in use",
		registers,
		collect() {
			this.set(process.memoryUsage().heapUsed);
		},
	});
	new Gauge({
		name: "process_start_time_seconds",
		help: "When the process started, seconds since the epoch",
		registers,
		collect() {
			this.set(Math.round(Date.now() / 1000 - process.uptime()));
		},
	});
	new Gauge({
		name: "nodejs_eventloop_delay_seconds",
		help: "How late the event loop ran since the last scrape",
		labelNames: ["percentile"],
		registers,
		collect() {
			// The histogram counts its own 20 ms sampling period.
			for (const percentile of [50, 99, 100]) {
				const late = loop.percentile(percentile) / 1e9 - 0.02;
				this.set({ percentile: String(percentile) }, Math.max(0, late));
			}
			loop.reset();
		},
	});
}

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricsDeps } from "./registry.ts";

/** Metrics in Prometheus format. */
export interface Metrics {
	readonly contentType: string;
	/** Collects all current values. */
	text(): Promise<string>;
	/** Stops measuring. */
	close(): void;
}

/** Creates the metrics. Values are read on request, and the library that formats them is loaded for the first one. */
export async function createMetrics(deps: MetricsDeps): Promise<Metrics> {
	const loop = monitorEventLoopDelay({ resolution: 20 });
	loop.enable();
	const load = async () => (await import("./registry.ts")).createRegistry(deps, loop);
	// In a cluster, NATS's append times are counted from the start.
	let collect = deps.cluster && (await load());
	return {
		contentType: "text/plain; version=0.0.4; charset=utf-8",
		async text() {
			collect ??= await load();
			return collect();
		},
		close: () => loop.disable(),
	};
}

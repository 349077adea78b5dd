import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricsDeps } from "./registry.ts";

/** What Prometheus reads. */
export interface Metrics {
	readonly contentType: string;
	/** Collects everything now. */
	text(): Promise<string>;
	/** Stops measuring. */
	close(): void;
}

/** Figures are looked up when they are asked for: the library that lays them out is loaded with the first question. */
export async function createMetrics(deps: MetricsDeps): Promise<Metrics> {
	const loop = monitorEventLoopDelay({ resolution: 20 });
	loop.enable();
	const load = async () => (await import("./registry.ts")).createRegistry(deps, loop);
	// What NATS takes for an append is counted from the beginning.
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

import { Counter, Gauge, type Registry } from "prom-client";

/** The state of deliveries to targets. */
export interface TargetStats {
	/** Active targets. */
	targets: number;
	/** Active targets that are paused because they keep failing. */
	paused: number;
	/** Pairs of a target and a room. */
	lanes: number;
	/** Pending requests. */
	inFlight: number;
	/** Lanes that wait for their turn to send. */
	ready: number;
	/** Requests since the service started that succeeded; `failed`: that did not. */
	delivered: number;
	failed: number;
}

/** Registers metrics of deliveries, counted by the dispatcher. */
export function targetMetrics(registry: Registry, stats: () => TargetStats): void {
	const registers = [registry];
	const gauge = (name: string, help: string, value: (stats: TargetStats) => number) =>
		new Gauge({
			name: `livekeeper_${name}`,
			help,
			registers,
			collect() {
				this.set(value(stats()));
			},
		});
	gauge("targets", "Targets that are enabled and whose URL and secret can be read", ({ targets }) => targets);
	gauge("targets_paused", "Targets that are paused because they keep failing", ({ paused }) => paused);
	gauge("target_lanes", "Pairs of a target and a room", ({ lanes }) => lanes);
	gauge("target_lanes_ready", "Lanes that have something to send and wait for their turn", ({ ready }) => ready);
	gauge("target_requests_in_flight", "Target requests under way", ({ inFlight }) => inFlight);
	new Counter({
		name: "livekeeper_target_requests_total",
		help: "Target requests by how they ended",
		labelNames: ["outcome"],
		registers,
		collect() {
			const { delivered, failed } = stats();
			this.reset();
			this.inc({ outcome: "delivered" }, delivered);
			this.inc({ outcome: "failed" }, failed);
		},
	});
}

import { Counter, Gauge, type Registry } from "prom-client";

/** How deliveries to targets go. */
export interface TargetStats {
	/** Targets at work. */
	targets: number;
	/** Of those, targets that are paused because they keep failing. */
	paused: number;
	/** Pairs of a target and a room. */
	lanes: number;
	/** Requests under way. */
	inFlight: number;
	/** Lanes that wait for their turn to send. */
	ready: number;
	/** Requests since the service started, by how they ended. */
	delivered: number;
	failed: number;
}

/** Deliveries to targets, counted by the dispatcher. */
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

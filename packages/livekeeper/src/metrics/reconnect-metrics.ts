import { Gauge, type Registry } from "prom-client";
import type { ReconnectStatus } from "../live/index.ts";

/** Registers metrics of reconnecting, for all rooms together. */
export function reconnectMetrics(registry: Registry, reconnect: () => ReconnectStatus): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_outage",
		help: "1 while most rooms have failed at once and one tries for all",
		registers,
		collect() {
			this.set(reconnect().outage ? 1 : 0);
		},
	});
	new Gauge({
		name: "livekeeper_outage_waiting_rooms",
		help: "Rooms that wait for the one that tries for all",
		registers,
		collect() {
			this.set(reconnect().outage?.waiting ?? 0);
		},
	});
	new Gauge({
		name: "livekeeper_push_host_success_ratio",
		help: "How likely an attempt at a push host succeeds now, as far as is known",
		labelNames: ["host"],
		registers,
		collect() {
			this.reset();
			for (const { host, successRate } of reconnect().hosts) this.set({ host }, successRate);
		},
	});
	new Gauge({
		name: "livekeeper_push_host_open",
		help: "1 for a push host that is not used for a while, because it failed again and again",
		labelNames: ["host"],
		registers,
		collect() {
			this.reset();
			for (const { host, open } of reconnect().hosts) this.set({ host }, open ? 1 : 0);
		},
	});
}

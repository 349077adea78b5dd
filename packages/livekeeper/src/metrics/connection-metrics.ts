import { Gauge, type Registry } from "prom-client";
import { type AdmissionStatus, roomPriorities } from "../live/index.ts";

/** Registers metrics of the admission of connections, read on request. */
export function connectionMetrics(registry: Registry, connections: () => AdmissionStatus): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_connections_held",
		help: "Connections in use, or about to be",
		registers,
		collect() {
			this.set(connections().held);
		},
	});
	new Gauge({
		name: "livekeeper_connections_limit",
		help: "How many connections there may be; absent where there is no limit",
		labelNames: ["of"],
		registers,
		collect() {
			const { total, perIdentity, perLogin, perProxy } = connections().limits;
			this.reset();
			const limits = { all: total, identity: perIdentity, login: perLogin, proxy: perProxy };
			for (const [of, limit] of Object.entries(limits)) {
				if (limit !== undefined) this.set({ of }, limit);
			}
		},
	});
	new Gauge({
		name: "livekeeper_connections_waiting",
		help: "Rooms that wait for a connection",
		labelNames: ["priority"],
		registers,
		collect() {
			const { queue } = connections();
			for (const priority of roomPriorities) {
				this.set({ priority }, queue.filter((room) => room.priority === priority).length);
			}
		},
	});
}

import { Counter, type Registry } from "prom-client";

/** Registers counts of rooms' events by kind. A new kind appears as a new series. */
export function kindMetrics(registry: Registry, totals: () => ReadonlyMap<string, number>): void {
	new Counter({
		name: "livekeeper_kind_messages_total",
		help: "Messages of all rooms by kind: the event's type, or the site's name of what has none; at most 200 kinds",
		labelNames: ["kind"],
		registers: [registry],
		collect() {
			this.reset();
			for (const [kind, count] of totals()) this.inc({ kind }, count);
		},
	});
}

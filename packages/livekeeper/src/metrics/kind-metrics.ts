import { Counter, type Registry } from "prom-client";

/** What rooms say, by kind: one that is new shows as a series that was not there. */
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

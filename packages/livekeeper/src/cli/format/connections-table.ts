import Table from "cli-table3";
import type { WireConnections } from "../../http/index.ts";
import { printable } from "../../log/printable.ts";
import { ago } from "./age.ts";

/** Limits, what is in use, and the rooms that wait, the next first. */
export function connectionsTable({ held, limits, queue }: WireConnections, now: number): string {
	const limit = (max: number | null) => (max === null ? "no limit" : `at most ${max}`);
	const lines = [
		`Connections   ${held} in use, ${limit(limits.max_connections)}`,
		`Per identity  ${limit(limits.max_connections_per_identity)}`,
		`Per proxy     ${limit(limits.max_connections_per_proxy)}`,
	];
	if (queue.length === 0) return [...lines, "No room waits for a connection."].join("\n");
	const table = new Table({ head: ["", "Room", "Priority", "Waits since", "Why"], style: { head: [], border: [] } });
	for (const { position, live_id, priority, since, why } of queue) {
		table.push([String(position), live_id, priority, ago(since, now), printable(why)]);
	}
	return [...lines, table.toString()].join("\n");
}

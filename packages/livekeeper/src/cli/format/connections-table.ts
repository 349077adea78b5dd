import { printable } from "@livekeeper/base/log/printable";
import { codeNames, type Language, listTexts } from "@livekeeper/base/text";
import type { Connections } from "@livekeeper/client";
import Table from "cli-table3";
import { ago } from "./age.ts";

/** Formats limits, usage, and the waiting rooms, next first. */
export function connectionsTable(connections: Connections, now: number, language: Language): string {
	const { held, held_elsewhere: elsewhere, limits, queue } = connections;
	const limit = (max: number | null) => (max === null ? listTexts.noLimit : listTexts.atMost(max));
	const lines = [
		listTexts.connections(held, elsewhere, limit(limits.max_connections)),
		listTexts.perIdentity(limit(limits.max_connections_per_identity)),
		listTexts.perLogin(limit(limits.max_connections_per_login)),
		listTexts.perProxy(limit(limits.max_connections_per_proxy)),
	].map((text) => text[language]);
	if (queue.length === 0) return [...lines, listTexts.noneWaiting[language]].join("\n");
	const head = ["", ...listTexts.queueHead.map((text) => text[language])];
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { position, live_id, priority, since, why } of queue) {
		const name = codeNames.priority[priority]?.[language] ?? priority;
		table.push([String(position), live_id, name, ago(since, now, language), printable(why)]);
	}
	return [...lines, table.toString()].join("\n");
}

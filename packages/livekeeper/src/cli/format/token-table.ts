import Table from "cli-table3";
import { printable } from "../../log/printable.ts";
import type { WireOverlayToken } from "../api-client.ts";
import { ago } from "./age.ts";

/** All overlay tokens as a table. */
export function tokenTable(tokens: readonly WireOverlayToken[], now: number): string {
	const table = new Table({ head: ["Id", "Name", "Room", "Made", "Last used"], style: { head: [], border: [] } });
	for (const { id, name, live_id: liveId, created_at: createdAt, last_used_at: lastUsedAt } of tokens) {
		const used = lastUsedAt === null ? "never" : ago(lastUsedAt, now);
		table.push([id, printable(name), liveId ?? "all", ago(createdAt, now), used]);
	}
	return table.toString();
}

import { printable } from "@livekeeper/base/log/printable";
import { type Language, screenTexts } from "@livekeeper/base/text";
import type { OverlayToken } from "@livekeeper/client";
import Table from "cli-table3";
import { ago } from "./age.ts";

/** Formats all overlay tokens as a table. */
export function tokenTable(tokens: readonly OverlayToken[], now: number, language: Language): string {
	const table = new Table({
		head: screenTexts.tokenHead.map((text) => text[language]),
		style: { head: [], border: [] },
	});
	for (const { id, name, live_id: liveId, created_at: createdAt, last_used_at: lastUsedAt } of tokens) {
		const used = lastUsedAt === null ? screenTexts.never[language] : ago(lastUsedAt, now, language);
		table.push([id, printable(name), liveId ?? screenTexts.all[language], ago(createdAt, now, language), used]);
	}
	return table.toString();
}

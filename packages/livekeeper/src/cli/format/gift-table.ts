import type { KnownGift } from "@livekeeper/client";
import Table from "cli-table3";
import { printable } from "../../log/printable.ts";
import { type Language, screenTexts } from "../../text/index.ts";
import { ago } from "./age.ts";

/** Formats all known gifts as a table. */
export function giftTable(gifts: readonly KnownGift[], now: number, language: Language): string {
	const table = new Table({
		head: screenTexts.giftHead.map((text) => text[language]),
		colAligns: ["left", "right", "left", "left"],
		style: { head: [], border: [] },
	});
	for (const { name, diamond_count: diamonds, gift_id: id, last_seen_at: seen } of gifts) {
		table.push([printable(name) || "–", diamonds, id, ago(seen, now, language)]);
	}
	return table.toString();
}

import { printable } from "@livekeeper/base/log/printable";
import { type Language, screenTexts } from "@livekeeper/base/text";
import type { KnownGift } from "@livekeeper/client";
import Table from "cli-table3";
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

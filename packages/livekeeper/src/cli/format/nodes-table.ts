import { printable } from "@livekeeper/base/log/printable";
import { type Language, nodeTexts } from "@livekeeper/base/text";
import type { ClusterNodes } from "@livekeeper/client";
import Table from "cli-table3";
import { ago } from "./age.ts";

/** Formats the nodes of a cluster by name; a `*` marks the one that was asked. */
export function nodesTable(
	{ nodes, unheard_ms, cut_off: isCutOff }: ClusterNodes,
	now: number,
	language: Language,
): string {
	if (nodes.length === 0) return nodeTexts.alone[language];
	const head = nodeTexts.head.map((text) => text[language]);
	const table = new Table({ head, style: { head: [], border: [] } });
	for (const { node, self, url, weight, draining, rooms, started_at, version } of nodes) {
		const state = (isCutOff ? nodeTexts.cutOff(self) : draining ? nodeTexts.draining : nodeTexts.works)[language];
		const name = `${printable(node)}${self ? " *" : ""}`;
		const since = ago(started_at, now, language);
		table.push([name, state, String(rooms), String(weight), since, version, printable(url)]);
	}
	if (!isCutOff) return table.toString();
	return `${table.toString()}\n${nodeTexts.unheard(Math.round((unheard_ms ?? 0) / 1_000))[language]}`;
}

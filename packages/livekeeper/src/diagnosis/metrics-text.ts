import { isCode } from "./plain.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** Kinds of names that labels hold. A label that is not listed here is one of codes, or gets a pseudonym. */
const kinds: Readonly<Record<string, "room" | "login" | "exit" | "node" | "host">> = {
	live_id: "room",
	identity: "login",
	exit: "exit",
	node: "node",
	host: "host",
};

const sample = /^([a-z][a-z0-9_]{2,100})(?:\{(.*)\})? ([-+0-9.eENaInf]{1,40})$/;
const label = /([a-z_]{1,40})="((?:[^"\\]|\\.)*)"/g;

/** Copies samples of Prometheus text with their labels in codes and pseudonyms; comments and what it can't read are left out. */
export function plainMetrics(text: string, names: Pseudonyms): string {
	const lines: string[] = [];
	for (const line of text.split("\n")) {
		const [, metric, labels = "", value] = sample.exec(line) ?? [];
		if (metric === undefined || value === undefined) continue;
		const shown = Array.from(labels.matchAll(label), ([, name = "", labelled = ""]) => {
			return `${name}="${labelOf(name, labelled, names)}"`;
		});
		lines.push(`${metric}${shown.length > 0 ? `{${shown.join(",")}}` : ""} ${value}`);
	}
	return `${lines.join("\n")}\n`;
}

function labelOf(name: string, value: string, names: Pseudonyms): string {
	const kind = kinds[name];
	if (kind) return value === "" ? "" : names.of(kind, value);
	const isPlain = value === "" || isCode(value) || /^[+-]?\d{1,12}(\.\d{1,12})?[mhs]?$|^\+Inf$|^p?\d{2,3}$/.test(value);
	return isPlain ? value : names.of("name", `${name} ${value}`);
}

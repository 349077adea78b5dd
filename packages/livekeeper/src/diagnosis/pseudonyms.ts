import { isCode } from "./plain.ts";

/** Replaces names by numbers that stay the same within one bundle: `room-1`, `login-2`. */
export class Pseudonyms {
	readonly #known = new Map<string, Map<string, string>>();
	readonly #keepRooms: boolean;

	/** @param keepRooms whether live ids are kept, because the user wants that */
	constructor(keepRooms = false) {
		this.#keepRooms = keepRooms;
	}

	of(kind: "room" | "login" | "exit" | "node" | "host" | "name", name: string): string {
		if (kind === "room" && this.#keepRooms && /^\w{1,40}$/.test(name)) return `room ${name}`;
		const names = this.#known.get(kind) ?? new Map<string, string>();
		this.#known.set(kind, names);
		const known = names.get(name) ?? `${kind}-${names.size + 1}`;
		names.set(name, known);
		return known;
	}
}

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

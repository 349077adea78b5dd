import type { ConfigOption } from "@livekeeper/client";

/** Options that most people look for: retention and limits. */
const mainOptions: readonly string[] = [
	"retention_hours",
	"retention_mb",
	"clock_trust_hours",
	"max_rooms",
	"max_connections",
	"max_connections_per_identity",
	"max_connections_per_login",
	"max_connections_per_proxy",
	"starts_per_second",
	"max_readers",
	"rate_limit",
];

/** Returns the options to show: those matching a search by name or meaning, otherwise all or the main ones. */
export function shownOptions(options: readonly ConfigOption[], search: string, all: boolean): ConfigOption[] {
	const words = search.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length > 0) {
		return options.filter(({ name, env, help }) => {
			const text = `${name} ${env} ${help}`.toLowerCase();
			return words.every((word) => text.includes(word));
		});
	}
	return all ? [...options] : options.filter(({ name }) => mainOptions.includes(name));
}

const units: readonly (readonly [end: string, unit: string])[] = [
	["_ms", "ms"],
	["_hours", "h"],
	["_mb", "MiB"],
	["body_limit", "B"],
	["_buffer", "B"],
	["_per_second", "/s"],
];

/** Returns the unit of an option's number according to its name; empty for none. */
export function unitOf({ name, kind }: Pick<ConfigOption, "name" | "kind">): string {
	return kind === "integer" ? (units.find(([end]) => name.endsWith(end))?.[1] ?? "") : "";
}

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

export type Unit = "ms" | "hours" | "mib" | "bytes" | "perSecond";

const units: readonly (readonly [end: string, unit: Unit])[] = [
	["_ms", "ms"],
	["_hours", "hours"],
	["_mb", "mib"],
	["body_limit", "bytes"],
	["_buffer", "bytes"],
	["_per_second", "perSecond"],
];

/** Returns the unit of an option's number according to its name; `undefined` for none. */
export function unitOf({ name, kind }: Pick<ConfigOption, "name" | "kind">): Unit | undefined {
	return kind === "integer" ? units.find(([end]) => name.endsWith(end))?.[1] : undefined;
}

/** Whether a value of an option means that there is no limit. */
export function isUnlimited({ name }: Pick<ConfigOption, "name">, value: unknown): boolean {
	return (value === null && name.startsWith("max_")) || (value === 0 && name === "rate_limit");
}

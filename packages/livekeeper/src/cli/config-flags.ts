import { type Command, Option } from "commander";
import { type ConfigOption, configOptions, type OptionName } from "../config/schema.ts";
import { type Config, loadConfig } from "../config.ts";

const placeholders = { integer: "<number>", list: "<list>", text: "<text>", boolean: "" } as const;

/** What every command that talks to a running service takes. */
export const clientOptions = ["url", "api_key"] as const satisfies readonly OptionName[];
/** What connecting to the upstream takes. */
export const upstreamOptions = [
	"upstream_url",
	"allowed_hosts",
	"cookie",
	"proxy",
	"user_agent",
] as const satisfies readonly OptionName[];

/** Adds flags for the named options (default: all that a service has), made from the one schema. */
export function addConfigFlags(command: Command, names?: readonly OptionName[]): Command {
	command.option("--config <file>", "configuration file (LIVEKEEPER_CONFIG; default: livekeeper.config.json)");
	for (const option of configOptions) {
		if (names ? names.includes(option.name) : option.name !== "url") addFlag(command, option);
	}
	return command;
}

function addFlag(command: Command, option: ConfigOption): void {
	const { flag, env, kind, help } = option;
	const standard = option.default === undefined ? "" : `; default: ${shown(option.default)}`;
	command.addOption(new Option(`${flag} ${placeholders[kind]}`.trimEnd(), `${help} (${env}${standard})`));
	// So that a flag can also beat an environment that says yes.
	if (kind === "boolean") command.addOption(new Option(flag.replace("--", "--no-")).hideHelp());
}

function shown(value: unknown): string {
	return Array.isArray(value) ? value.join(",") || "none" : String(value);
}

/** The configuration with this command's flags on top. */
export function configOf(flags: Record<string, unknown>): Config {
	return loadConfig({ flags });
}

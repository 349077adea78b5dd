import { type Command, Option } from "commander";
import { type ConfigOption, configOptions, type OptionName } from "../config/schema.ts";
import { type Config, loadConfig } from "../config.ts";
import { helpTexts, type Language } from "../text/index.ts";
import type { Io } from "./io.ts";

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
export function addConfigFlags(command: Command, io: Pick<Io, "language">, names?: readonly OptionName[]): Command {
	command.option("--config <file>", helpTexts.config[io.language]);
	for (const option of configOptions) {
		if (names ? names.includes(option.name) : option.name !== "url") addFlag(command, option, io.language);
	}
	return command;
}

function addFlag(command: Command, option: ConfigOption, language: Language): void {
	const { flag, env, kind, help } = option;
	const standard = option.default === undefined ? "" : shown(option.default, language);
	const description = helpTexts.option(help, env, standard)[language];
	command.addOption(new Option(`${flag} ${placeholders[kind]}`.trimEnd(), description));
	// So that a flag can also beat an environment that says yes.
	if (kind === "boolean") command.addOption(new Option(flag.replace("--", "--no-")).hideHelp());
}

function shown(value: unknown, language: Language): string {
	return Array.isArray(value) ? value.join(",") || helpTexts.none[language] : String(value);
}

/** The configuration with this command's flags on top. */
export function configOf(flags: Record<string, unknown>): Config {
	return loadConfig({ flags });
}

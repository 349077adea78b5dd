import type { Language } from "@livekeeper/base/text";
import { type Command, Option } from "commander";
import { type ConfigOption, configOptions, type OptionName } from "../config/schema.ts";
import { type Config, loadConfig } from "../config.ts";
import { helpTexts } from "../text/index.ts";
import type { Io } from "./io.ts";

const placeholders = { integer: "<number>", list: "<list>", text: "<text>", boolean: "" } as const;

/** Options of every command that talks to a running service. */
export const clientOptions = ["url", "api_key"] as const satisfies readonly OptionName[];
/** Options for connecting to the upstream. */
export const upstreamOptions = [
	"upstream_url",
	"allowed_hosts",
	"cookie",
	"proxy",
	"user_agent",
] as const satisfies readonly OptionName[];

/** Adds flags for the named options (default: all options of a service), generated from the one schema. */
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
	// A flag can also turn off what the environment turns on.
	if (kind === "boolean") command.addOption(new Option(flag.replace("--", "--no-")).hideHelp());
}

function shown(value: unknown, language: Language): string {
	return Array.isArray(value) ? value.join(",") || helpTexts.none[language] : String(value);
}

/** Returns the configuration with this command's flags applied. */
export function configOf(flags: Record<string, unknown>): Config {
	return loadConfig({ flags });
}

import { helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { serviceUrl } from "../../config.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";

/** `mcp`: serves a language model's host on standard input and output, until the input ends. */
export function mcpCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("mcp")
		.description(helpTexts.mcp[language])
		.option("--control", helpTexts.mcpControl[language]);
	addConfigFlags(command, io, clientOptions).action(async ({ control = false, ...flags }: Record<string, unknown>) => {
		const config = configOf(flags);
		const [{ LivekeeperClient }, { serveStdio }] = await Promise.all([
			import("@livekeeper/client"),
			import("../../mcp/index.ts"),
		]);
		const client = new LivekeeperClient({ url: serviceUrl(config), apiKey: config.apiKey, lang: language });
		await serveStdio({ client, control: control === true, language });
	});
}

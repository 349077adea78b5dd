import type { Command } from "commander";
import { askedLanguageOfCommand } from "../../config/language.ts";
import type { OptionName } from "../../config/schema.ts";
import { printable } from "../../log/printable.ts";
import { helpTexts } from "../../text/index.ts";
import { addConfigFlags, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";

const clusterOptions = [
	...(["cluster", "cluster_replicas", "secret"] as const),
	...(["nats_user", "nats_password", "nats_token", "nats_creds", "nats_ca", "nats_cert", "nats_key"] as const),
] as const satisfies readonly OptionName[];

/** `import`: moves one machine's data into a cluster. */
export function importCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("import")
		.description(helpTexts.import[language])
		.requiredOption("--from <file>", helpTexts.importFrom[language])
		.addHelpText("after", helpTexts.importMore[language]);
	addConfigFlags(command, io, clusterOptions).action(async ({ from, ...flags }: { from: string }) => {
		const config = configOf(flags);
		const [{ createLogger }, { importInto }, { secretsOf }] = await Promise.all([
			import("../../log.ts"),
			import("../../service/import.ts"),
			import("../../service.ts"),
		]);
		const logger = createLogger({
			level: "warn",
			format: config.logFormat,
			secrets: secretsOf(config),
			language: askedLanguageOfCommand() ?? "zh",
		});
		await importInto(config, { from, logger, say: (text) => io.out(printable(text[language])) });
	});
}

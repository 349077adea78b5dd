import { printable } from "@livekeeper/base/log/printable";
import { helpTexts, type Text } from "@livekeeper/base/text";
import type { Command } from "commander";
import { askedLanguageOfCommand } from "../../config/language.ts";
import type { OptionName } from "../../config/schema.ts";
import { addConfigFlags, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";

const storeOptions = [
	...(["data_dir", "cluster", "cluster_replicas", "secret"] as const),
	...(["nats_user", "nats_password", "nats_token", "nats_creds", "nats_ca", "nats_cert", "nats_key"] as const),
] as const satisfies readonly OptionName[];

/** `import`: moves one machine's data into a cluster, or back. */
export function importCommand(program: Command, io: Io): void {
	const { language } = io;
	const command = program
		.command("import")
		.description(helpTexts.import[language])
		.requiredOption("--from <file>", helpTexts.importFrom[language])
		.addHelpText("after", helpTexts.importMore[language]);
	addConfigFlags(command, io, storeOptions).action(async ({ from, ...flags }: { from: string }) => {
		const config = configOf(flags);
		const [{ terminalProgress }, { createLogger }, { importInto }, { secretsOf }] = await Promise.all([
			import("../format/progress.ts"),
			import("@livekeeper/base/log"),
			import("../../service/import.ts"),
			import("../../service.ts"),
		]);
		const logger = createLogger({
			level: "warn",
			format: config.logFormat,
			secrets: secretsOf(config),
			language: askedLanguageOfCommand() ?? "zh",
		});
		const progress = terminalProgress(language);
		let isStarted = false;
		const onProgress = (done: number, total: number) => {
			if (!isStarted) progress.start(total, "events");
			isStarted = true;
			progress.update(done);
		};
		const say = (text: Text) => io.out(printable(text[language]));
		try {
			await importInto(config, { from, logger, say, ...(process.stderr.isTTY && { onProgress }) });
		} finally {
			progress.stop();
		}
	});
}

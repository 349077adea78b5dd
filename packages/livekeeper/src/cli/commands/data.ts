import { printable } from "@livekeeper/base/log/printable";
import type { Text } from "@livekeeper/base/text";
import type { Command } from "commander";
import { askedLanguageOfCommand } from "../../config/language.ts";
import type { OptionName } from "../../config/schema.ts";
import { helpTexts, logLines } from "../../text/index.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** `backup`: saves everything that a running service has stored as one file. */
export function backupCommand(program: Command, io: Io): void {
	const command = program
		.command("backup")
		.description(helpTexts.backup[io.language])
		.argument("<file>", helpTexts.backupFile[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (file: string, flags: Record<string, unknown>) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { saveBackup } = await import("../save-backup.ts");
			const { terminalProgress } = await import("../format/progress.ts");
			const progress = terminalProgress(io.language);
			const done = await withService(flags, io, (client) =>
				saveBackup({ client, file, io, progress, signal: stop.signal }),
			);
			if (!done) process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

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
			lines: logLines,
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

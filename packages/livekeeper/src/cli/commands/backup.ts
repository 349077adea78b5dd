import type { Command } from "commander";
import { serviceUrl } from "../../config.ts";
import { helpTexts } from "../../text/index.ts";
import { createApiClient } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import type { Io } from "../io.ts";

/** `backup`: all that a running service has stored, as one file. */
export function backupCommand(program: Command, io: Io): void {
	const command = program
		.command("backup")
		.description(helpTexts.backup[io.language])
		.argument("<file>", helpTexts.backupFile[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (file: string, flags: Record<string, unknown>) => {
		const config = configOf(flags);
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { saveBackup } = await import("../save-backup.ts");
			const { terminalProgress } = await import("../format/progress.ts");
			const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey, language: io.language });
			const done = await saveBackup({ client, file, io, progress: terminalProgress(io.language), signal: stop.signal });
			if (!done) process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

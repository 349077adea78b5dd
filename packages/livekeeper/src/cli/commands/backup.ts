import { helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
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

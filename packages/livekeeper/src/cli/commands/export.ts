import type { ExportOptions } from "@livekeeper/client";
import { type Command, Option } from "commander";
import { helpTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import { exportFormats, exportRoom } from "../export-room.ts";
import { eventTypes } from "../format/event-line.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";
import { parseTypes } from "./watch.ts";

interface Flags extends Record<string, unknown> {
	format?: string;
	from?: string;
	to?: string;
	types?: ExportOptions["types"];
	output?: string;
}

/** `export`: a room's events as a file. */
export function exportCommand(program: Command, io: Io): void {
	const command = program
		.command("export")
		.description(helpTexts.export[io.language])
		.argument("<live_id>", helpTexts.exportRoom[io.language])
		.addOption(new Option("--format <format>", helpTexts.format[io.language]).choices(exportFormats))
		.option("--from <time>", helpTexts.from[io.language])
		.option("--to <time>", helpTexts.to[io.language])
		.option("--types <list>", helpTexts.types(eventTypes.join(", "))[io.language], (text) => parseTypes(text, io))
		.option("-o, --output <file>", helpTexts.output[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (liveId: string, flags: Flags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { format, from, to, types, output } = flags;
			const { terminalProgress } = await import("../format/progress.ts");
			const progress = terminalProgress(io.language);
			const options = { format, from, to, types, output, io, progress, signal: stop.signal };
			const done = await withService(flags, io, (client) => exportRoom({ room: client.room(liveId), ...options }));
			if (!done) process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

import { type Command, Option } from "commander";
import { serviceUrl } from "../../config.ts";
import { timeFormats } from "../../time-input.ts";
import { createApiClient } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { exportFormats, exportRoom } from "../export-room.ts";
import { eventTypes } from "../format/event-line.ts";
import { terminalProgress } from "../format/progress.ts";
import type { Io } from "../io.ts";
import { parseTypes } from "./watch.ts";

interface Flags extends Record<string, unknown> {
	format?: string;
	from?: string;
	to?: string;
	types?: string[];
	output?: string;
}

/** `export`: a room's events as a file. */
export function exportCommand(program: Command, io: Io): void {
	const command = program
		.command("export")
		.description("save a room's events as a file")
		.argument("<live_id>", "a room that the service keeps or has kept")
		.addOption(new Option("--format <format>", "default: by the file's name, else csv").choices(exportFormats))
		.option("--from <time>", `only events at or after this time: ${timeFormats}`)
		.option("--to <time>", "only events before this time; a date alone includes that day")
		.option("--types <list>", `only these types, separated by commas: ${eventTypes.join(", ")}`, parseTypes)
		.option(
			"-o, --output <file>",
			"file or folder to write to; - for standard output (default: <live_id>-<from>.<format>)",
		);
	addConfigFlags(command, clientOptions).action(async (liveId: string, flags: Flags) => {
		const config = configOf(flags);
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { format, from, to, types, output } = flags;
			const client = createApiClient({ url: serviceUrl(config), apiKey: config.apiKey });
			const progress = terminalProgress();
			const done = await exportRoom({
				client,
				liveId,
				format,
				from,
				to,
				types,
				output,
				io,
				progress,
				signal: stop.signal,
			});
			if (!done) process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

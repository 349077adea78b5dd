import { checkTexts, listed } from "@livekeeper/base/text";
import type { ExportOptions, LivekeeperClient } from "@livekeeper/client";
import type { LiveEventType } from "@livekeeper/douyin";
import { type Command, InvalidArgumentError, Option } from "commander";
import { csvReaders, exportFormats, exportTables } from "../../outputs/export/format.ts";
import { commandTexts, helpTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import { type ExportedRoom, exportRoom } from "../export-room.ts";
import { eventTypes } from "../format/event-line.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

interface WatchFlags extends Record<string, unknown> {
	json?: boolean;
	types?: LiveEventType[];
}

/** `watch`: prints a room's events as they come, until Ctrl-C. */
export function watchCommand(program: Command, io: Io): void {
	const watch = program
		.command("watch")
		.description(helpTexts.watch[io.language])
		.argument("<live_id>", helpTexts.keptRoom[io.language])
		.option("--json", helpTexts.watchJson[io.language])
		.option("--types <list>", helpTexts.types(eventTypes.join(", "))[io.language], (text) => parseTypes(text, io));
	addConfigFlags(watch, io, clientOptions).action(async (liveId: string, flags: WatchFlags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { watchRoom } = await import("../watch-room.ts");
			const { json = false, types } = flags;
			await withService(flags, io, (client) => watchRoom({ client, liveId, json, types, io, signal: stop.signal }));
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

function parseTypes(text: string, io: Pick<Io, "language">): LiveEventType[] {
	const types = text.split(",").map((type) => type.trim());
	const unknown = types.filter((type) => !(eventTypes as readonly string[]).includes(type));
	if (unknown.length === 0) return types as LiveEventType[];
	throw new InvalidArgumentError(commandTexts.noType(listed(unknown), listed(eventTypes))[io.language]);
}

interface ExportFlags extends Record<string, unknown> {
	format?: string;
	table?: ExportOptions["table"];
	for?: ExportOptions["for"];
	offset?: number;
	broadcast?: string;
	from?: string;
	to?: string;
	types?: ExportOptions["types"];
	output?: string;
}

/** `export`: saves a room's events as a file. */
export function exportCommand(program: Command, io: Io): void {
	const command = program
		.command("export")
		.description(helpTexts.export[io.language])
		.argument("<live_id...>", helpTexts.exportRooms[io.language])
		.addOption(new Option("--format <format>", helpTexts.format[io.language]).choices(exportFormats))
		.addOption(new Option("--table <table>", helpTexts.table[io.language]).choices(exportTables))
		.addOption(new Option("--for <reader>", helpTexts.csvFor[io.language]).choices(csvReaders))
		.option("--offset <seconds>", helpTexts.offset[io.language], (text) => secondsOf(text, io))
		.option("--broadcast <room_id>", helpTexts.exportBroadcast[io.language])
		.option("--from <time>", helpTexts.from[io.language])
		.option("--to <time>", helpTexts.to[io.language])
		.option("--types <list>", helpTexts.types(eventTypes.join(", "))[io.language], (text) => parseTypes(text, io))
		.option("-o, --output <file>", helpTexts.output[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (liveIds: string[], flags: ExportFlags) => {
		const stop = new AbortController();
		const onSignal = () => stop.abort();
		process.once("SIGINT", onSignal);
		process.once("SIGTERM", onSignal);
		try {
			const { format, table, for: csvFor, offset, broadcast, from, to, types, output } = flags;
			const { terminalProgress } = await import("../format/progress.ts");
			const progress = terminalProgress(io.language);
			const what = { format, table, csvFor, offset, broadcast, from, to, types };
			const options = { ...what, output, io, progress, signal: stop.signal };
			const done = await withService(flags, io, (client) => exportRoom({ room: roomsOf(client, liveIds), ...options }));
			if (!done) process.exitCode = 130;
		} finally {
			process.off("SIGINT", onSignal);
			process.off("SIGTERM", onSignal);
		}
	});
}

function roomsOf(client: LivekeeperClient, liveIds: readonly string[]): ExportedRoom {
	const [liveId = ""] = liveIds;
	if (liveIds.length === 1) return client.room(liveId);
	return { liveId: liveIds.join(", "), openExport: (options) => client.rooms.openExport(liveIds, options) };
}

/** @throws InvalidArgumentError */
export function secondsOf(text: string, { language }: Io): number {
	const seconds = text.trim() === "" ? Number.NaN : Number(text);
	if (!Number.isFinite(seconds)) throw new InvalidArgumentError(checkTexts.offset[language]);
	return seconds;
}

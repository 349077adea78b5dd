import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { listed } from "@livekeeper/base/text";
import type { ExportOptions, RoomHandle } from "@livekeeper/client";
import { exportFormats } from "../outputs/export/format.ts";
import { commandFailures, commandTexts } from "../text/index.ts";
import { parseTimeInput, type TimeEdge } from "../time-input.ts";
import { bytesText } from "./format/age.ts";
import type { Progress } from "./format/progress.ts";
import type { Io } from "./io.ts";
import { saveFile } from "./save-file.ts";

/** One room, or several combined. */
export type ExportedRoom = Pick<RoomHandle, "liveId" | "openExport">;

export interface ExportRoomOptions {
	room: ExportedRoom;
	/** Default: by the extension of `output`, otherwise csv. */
	format?: string | undefined;
	table?: ExportOptions["table"];
	csvFor?: ExportOptions["for"];
	/** Offset of subtitles, seconds. */
	offset?: number | undefined;
	/** `room_id` of the only broadcast to export, or `latest`. */
	broadcast?: string | undefined;
	from?: string | undefined;
	to?: string | undefined;
	types?: ExportOptions["types"];
	/** A file, a folder, or `-` for `stdout`; default: the name that the service proposes, in the current folder. */
	output?: string | undefined;
	io: Pick<Io, "out" | "err" | "paint" | "language">;
	progress: Progress;
	/** Cancels the export; no file is left. */
	signal: AbortSignal;
	stdout?: Writable | undefined;
	nowMs?: number | undefined;
}

/**
 * Saves a room's events. The file gets its name only when it is complete, and replaces a file of that name.
 * @returns false if it was cancelled by `signal`
 * @throws LivekeeperError
 */
export async function exportRoom(options: ExportRoomOptions): Promise<boolean> {
	const {
		room,
		table,
		csvFor,
		offset,
		broadcast,
		types,
		output,
		io,
		progress,
		signal,
		stdout = process.stdout,
	} = options;
	const format = (await formatOf(output, options.format)) as ExportOptions["format"];
	const from = timeOf("from", options);
	const to = timeOf("to", options);
	const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
	try {
		const response = await room.openExport({
			format,
			table,
			for: csvFor,
			offset,
			from,
			to,
			types,
			broadcast,
			timeZone,
			signal,
		});
		if (response.headers.get("x-livekeeper-empty") === "true") {
			await response.body?.cancel();
			io.err(`${io.paint("yellow", "!")} ${commandTexts.nothingToExport(room.liveId)[io.language]}`);
			return true;
		}
		const body = watched(response, { format, table, csvFor }, progress, signal);
		if (output === "-") {
			await pipeline(body, stdout, { end: false, signal });
			return true;
		}
		const file = await fileFor(output, response);
		const bytes = await saveFile(body, file, { signal });
		// The bar clears its line, which would be this one.
		progress.stop();
		io.out(`${io.paint("green", "✓")} ${file} (${bytesText(bytes)})`);
		return true;
	} catch (error) {
		if (!signal.aborted) throw error;
		io.err(commandTexts.interrupted[io.language]);
		return false;
	} finally {
		progress.stop();
	}
}

/** @throws LivekeeperError for a file name with an unsupported format */
async function formatOf(output: string | undefined, asked: string | undefined): Promise<string> {
	const extension = extname(output ?? "").toLowerCase();
	if (["", ".txt"].includes(extension) || (await isFolder(output))) return asked ?? "csv";
	const promised = exportFormats.find((format) => extension === `.${format}`);
	if (promised && asked && promised !== asked) {
		throw new LivekeeperError("invalid_request", commandFailures.otherFormat(asked, extension), {
			hint: commandFailures.otherFormatHint(`.${asked}`),
		});
	}
	if (asked ?? promised) return asked ?? promised ?? "csv";
	throw new LivekeeperError("invalid_request", commandFailures.noFormat(extension), {
		hint: commandFailures.noFormatHint(listed(exportFormats.map((format) => `.${format}`))),
	});
}

/** Resolves a time here, with the user's own clock and time zone. */
function timeOf(edge: TimeEdge, options: ExportRoomOptions): number | undefined {
	const text = options[edge];
	if (text === undefined) return undefined;
	const parsed = parseTimeInput(text, edge, options.nowMs ?? Date.now());
	if (parsed.ok) return parsed.ms;
	throw new LivekeeperError("invalid_request", commandFailures.timeOption(`--${edge}`, parsed.text), {
		hint: commandFailures.timeOptionHint(`--${edge}`),
	});
}

async function fileFor(output: string | undefined, response: Response): Promise<string> {
	// `serve` never loads the client.
	const { proposedFileName } = await import("@livekeeper/client");
	const proposed = proposedFileName(response) ?? "export";
	if (output === undefined) return proposed;
	return (await isFolder(output)) ? join(output, proposed) : output;
}

async function isFolder(path = ""): Promise<boolean> {
	return stat(path).then(
		(stats) => stats.isDirectory(),
		() => false,
	);
}

/** Yields the file's content as it arrives and shows the progress. */
async function* watched(
	{ body, headers }: Response,
	{ format, table = "events", csvFor }: Pick<ExportRoomOptions, "table" | "csvFor"> & { format: string },
	progress: Progress,
	signal: AbortSignal,
) {
	const number = (name: string) => Number(headers.get(name) ?? 0);
	const hasSeqs = table === "events" && (format === "jsonl" || (format === "csv" && csvFor !== "excel"));
	const counted = hasSeqs && headers.has("x-livekeeper-last-seq");
	const length = number("content-length");
	const oldest = number("x-livekeeper-oldest-seq");
	// The progress of other formats can't be seen in their bytes.
	const total = length || (counted ? number("x-livekeeper-last-seq") - oldest + 1 : 0);
	if (total > 0) progress.start(total, length ? "bytes" : "events");
	let bytes = 0;
	try {
		for await (const chunk of body ?? []) {
			bytes += chunk.length;
			const seq = length || total === 0 ? undefined : lastSeqIn(chunk, format);
			if (length) progress.update(bytes);
			else if (seq !== undefined && seq >= oldest) progress.update(Math.min(total, seq - oldest + 1));
			yield chunk;
		}
	} catch (cause) {
		if (signal.aborted) throw signal.reason;
		throw new LivekeeperError("export_failed", commandFailures.exportBroken, {
			hint: commandFailures.againHint,
			cause,
		});
	}
}

/** Beginning of a line with its `seq`, by format. */
const lineStart: Record<string, RegExp> = {
	csv: /\r\n(\d+),\d{4}-/g,
	jsonl: /\n\{"seq":(\d+),/g,
};

/** Number of bytes that almost every line fits in. */
const tailBytes = 8192;

/**
 * Returns the newest `seq` in a piece of an export. It is good enough for a progress bar: a piece may end within a
 * line, and a text may look like the beginning of one.
 */
export function lastSeqIn(chunk: Uint8Array, format: string): number | undefined {
	const pattern = lineStart[format];
	if (!pattern) return undefined;
	const tail = Buffer.from(chunk.subarray(-tailBytes)).toString("latin1");
	const last = [...tail.matchAll(pattern)].at(-1)?.[1];
	return last === undefined ? undefined : Number(last);
}

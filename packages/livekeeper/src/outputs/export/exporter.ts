import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { EventLog, StoredEvent } from "@livekeeper/log";
import { storageTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import { exportTexts } from "../../text/index.ts";
import { columnsForPeople, columnsOf, type JsonRow, writeJsonl } from "./columns.ts";
import {
	type CsvReader,
	contentTypes,
	type ExportFormat,
	type ExportTable,
	fileNameForPeople,
	fileNameForPrograms,
	isSubtitles,
	safeName,
} from "./format.ts";
import { type ParquetFile, writeParquet } from "./parquet.ts";
import { type Reader, shownTo } from "./reader.ts";
import { type ExportQuery, type ExportSource, openSource } from "./source.ts";
import { shownTypes, writeAss, writeBilibiliXml } from "./subtitles.ts";

export interface ExportRequest extends Omit<ExportQuery, "broadcast"> {
	format: ExportFormat;
	/** Exports only the events of this broadcast of the room: its `room_id`, or `latest`. */
	broadcast?: string | undefined;
	/** Name of the room's anchor, if known; default: the live id. */
	name?: string | undefined;
	/** Table to export; default: the events. */
	table?: ExportTable | undefined;
	/** Reader of a workbook, of a CSV for Excel, or of subtitles. */
	reader: Reader;
	/** Recipient of a CSV; default: programs. */
	csvFor?: CsvReader | undefined;
	/** Offset added to each time of subtitles, ms. */
	offsetMs?: number | undefined;
	/** Aborts the work when the client has left. */
	signal: AbortSignal;
}

/** A running export. */
export interface Export {
	fileName: string;
	contentType: string;
	/** Size of the file; known for Parquet only. */
	bytes: number | undefined;
	oldestSeq: number;
	lastSeq: number;
	/** Whether no event matches: the content is a header, or nothing. */
	empty: boolean;
	/** Content, produced as it is read. Destroy it to stop the work. */
	body: Readable;
}

export interface ExporterOptions {
	log: Pick<EventLog, "read" | "lastSeq" | "knows" | "broadcasts">;
	clock: Clock;
	logger: Pick<Logger, "warn">;
	/** Maximum number of exports at once; default 4. Further ones are refused. */
	maxAtOnce?: number | undefined;
	/** Time after which a reader that takes nothing is dropped, ms; default 60,000. */
	stallMs?: number | undefined;
	/** Folder for Parquet files in progress; default: the system's folder for temporary files. */
	tempDir?: string | undefined;
}

/** Exports a room's events as a file. */
export class Exporter {
	readonly #options: Required<{ [Key in keyof ExporterOptions]: NonNullable<ExporterOptions[Key]> }>;
	readonly #running = new Set<AbortController>();

	constructor({ log, clock, logger, maxAtOnce = 4, stallMs = 60_000, tempDir = tmpdir() }: ExporterOptions) {
		this.#options = { log, clock, logger, maxAtOnce, stallMs, tempDir };
	}

	/** Number of running exports. */
	get running(): number {
		return this.#running.size;
	}

	/**
	 * Starts an export. It counts as running until its body has closed.
	 * @throws LivekeeperError `broadcast_not_found`, `too_many_exports`, `parquet_unavailable`, `export_failed`,
	 * `export_overtaken`, and what the log throws
	 */
	async open(request: ExportRequest): Promise<Export> {
		const { maxAtOnce } = this.#options;
		if (this.#running.size >= maxAtOnce) {
			throw new LivekeeperError("too_many_exports", storageTexts.exportLimit(maxAtOnce));
		}
		const work = new AbortController();
		const release = () => void this.#running.delete(work);
		this.#running.add(work);
		try {
			const opened = await this.#open(request, AbortSignal.any([request.signal, work.signal]));
			opened.body.once("close", release);
			return opened;
		} catch (error) {
			release();
			throw error;
		}
	}

	/** Stops every running export. */
	stop(): void {
		for (const work of this.#running) work.abort(new LivekeeperError("shutting_down", storageTexts.stopping));
	}

	async #open({ signal: asked, ...request }: ExportRequest, signal: AbortSignal): Promise<Export> {
		signal.throwIfAborted();
		const { clock, logger, stallMs } = this.#options;
		const { format, table = "events", liveIds, from } = request;
		const chosen = await this.#broadcast(request);
		const query = { liveIds, from, to: request.to, types: typesOf(request), broadcast: chosen?.broadcast };
		const source = await openSource(this.#options.log, query);
		const { oldestSeq, lastSeq } = source;
		const openGap = await this.#gapAcross(format, query);
		const empty = source.empty && !openGap;
		const begin = from ?? chosen?.broadcast.startedAt;
		const file = format === "parquet" ? await this.#parquet(source.pages(), table, signal) : undefined;
		const content = file?.content ?? (await contentOf({ ...request, from: begin, signal }, withLast(source, openGap)));
		const body = pulledStream(content, {
			clock,
			stallMs,
			signal,
			onFailure: (error) => {
				if (asked.aborted) return;
				logger.warn({ event: "export_cut", live_id: liveIds.join(","), format, err: error });
			},
		});
		if (file) body.once("close", () => this.#dispose(file));
		const fileName = fileNameOf(request, begin, chosen?.others ?? []);
		return { fileName, contentType: contentTypes[format], bytes: file?.bytes, oldestSeq, lastSeq, empty, body };
	}

	/**
	 * Returns the gap that begins before the end of the range and is over only after it. It is logged when it is over, so
	 * a recording that ends within it would lack its line.
	 */
	async #gapAcross(format: ExportFormat, { liveIds: [liveId = ""], to, types }: ExportQuery) {
		if (to === undefined || !isSubtitles(format) || !types?.includes("gap")) return undefined;
		for (let after = 0; ; ) {
			const page = await this.#options.log.read(liveId, { after, types: ["gap"], from: to, to: to + maxOpenGapMs });
			const [first] = page.events;
			if (first) return (JSON.parse(first.json) as { from: number }).from < to ? first : undefined;
			if (page.caughtUp) return undefined;
			after = page.nextAfter;
		}
	}

	/** Returns the requested broadcast, and the start times of the room's other broadcasts. */
	async #broadcast({ liveIds: [liveId = ""], broadcast: asked }: Omit<ExportRequest, "signal">) {
		if (asked === undefined) return undefined;
		const all = await this.#options.log.broadcasts(liveId);
		const broadcast = asked === "latest" ? all.at(-1) : all.find(({ roomId }) => roomId === asked);
		if (!broadcast) throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(asked, liveId));
		return { broadcast, others: all.filter((one) => one !== broadcast).map(({ startedAt }) => startedAt) };
	}

	async #parquet(pages: EventPages, table: ExportTable, signal: AbortSignal): Promise<ParquetFile> {
		try {
			const rows = await rowsOf(pages, table, signal);
			return await writeParquet(rows, { table, tempDir: this.#options.tempDir, signal });
		} catch (error) {
			if (error instanceof LivekeeperError || signal.aborted) throw error;
			const why = error instanceof Error ? error.message : String(error);
			throw new LivekeeperError("export_failed", storageTexts.parquetFailed(why), { cause: error });
		}
	}

	#dispose(file: ParquetFile): void {
		file.dispose().catch((error: unknown) => this.#options.logger.warn({ event: "export_file_left", err: error }));
	}
}

/** Maximum time after the end of a range at which a gap across it is looked for, ms. */
const maxOpenGapMs = 6 * 3_600_000;

function withLast(source: ExportSource, last: StoredEvent | undefined): ExportSource {
	if (!last) return source;
	async function* pages() {
		yield* source.pages();
		if (last) yield [last];
	}
	return { ...source, pages };
}

type EventPages = AsyncIterable<readonly StoredEvent[]>;

/** Kinds of events to read: subtitles show few, and tables of totals need only gifts. */
function typesOf({ format, table = "events", types }: Omit<ExportRequest, "signal">): ExportQuery["types"] {
	const needed = isSubtitles(format) ? shownTypes : table === "events" ? undefined : (["gift"] as const);
	const asked: ReadonlySet<string> | undefined = types && new Set(types);
	return asked && needed ? needed.filter((type) => asked.has(type)) : (needed ?? types);
}

async function rowsOf(
	pages: EventPages,
	table: ExportTable,
	signal: AbortSignal,
): Promise<AsyncIterable<readonly JsonRow[]>> {
	return table === "events" ? pages : (await import("./added-up.ts")).addedUp(pages, table, signal);
}

/**
 * Returns the default file name. A name for people has the room and the day on which the content begins, and the time
 * if the day alone is ambiguous.
 * @param begin ms since the epoch.
 * @param others start times of the room's other broadcasts
 */
function fileNameOf(
	{ format, table = "events", liveIds, reader, csvFor, broadcast, name = "" }: Omit<ExportRequest, "signal">,
	begin: number | undefined,
	others: readonly number[],
): string {
	if (format === "jsonl" || format === "parquet" || (format === "csv" && csvFor !== "excel")) {
		return fileNameForPrograms({ liveIds, format, table, from: begin });
	}
	const { local } = shownTo(reader);
	const dayOf = (at: number) => local(at)?.toISOString().slice(0, 10);
	const at = begin === undefined ? undefined : local(begin);
	const isMidnight = at?.toISOString().slice(11, 16) === "00:00";
	return fileNameForPeople({
		name:
			liveIds.length > 1
				? exportTexts.rooms(liveIds.length)[reader.language]
				: safeName(name, 80) || (liveIds[0] ?? ""),
		format,
		table: table === "events" ? "" : exportTexts.sheet[table][reader.language],
		local: at,
		withTime: begin !== undefined && (broadcast ? others.some((other) => dayOf(other) === dayOf(begin)) : !isMidnight),
	});
}

/** Writes the content. Modules that only one format needs are loaded on demand. */
async function contentOf(
	{ format, table = "events", reader, csvFor, liveIds, name, from, offsetMs, signal }: ExportRequest,
	source: ExportSource,
): Promise<AsyncGenerator<string | Uint8Array, void>> {
	const recording = { liveId: liveIds[0] ?? "", from, offsetMs, language: reader.language };
	switch (format) {
		case "xml":
			return writeBilibiliXml(source.pages(), recording);
		case "ass":
			return writeAss(source.pages(), recording);
	}
	const rows = await rowsOf(source.pages(), table, signal);
	switch (format) {
		case "csv": {
			const { writeCsv } = await import("./csv.ts");
			if (csvFor !== "excel") return writeCsv(rows, columnsOf[table]);
			return writeCsv(rows, columnsForPeople(table), reader);
		}
		case "xlsx": {
			const { writeXlsx } = await import("./xlsx.ts");
			let first: typeof rows | undefined = rows;
			// The workbook's second sheet reads the events again.
			const read = () => {
				const opened = first ?? source.pages();
				first = undefined;
				return opened;
			};
			const several = liveIds.length > 1;
			return writeXlsx(read, { table, reader, several, name: several ? undefined : name });
		}
		default:
			return writeJsonl(rows);
	}
}

export interface PulledStreamOptions {
	clock: Clock;
	/** Time after which a reader that takes nothing is dropped, ms. */
	stallMs: number;
	/** Ends the stream with the signal's reason. */
	signal: AbortSignal;
	/** Called if the stream failed, but not if its reader left. */
	onFailure: (error: Error) => void;
}

/** Part size, bytes. A reader has the whole of `stallMs` for each part, however large the chunks are. */
const partBytes = 64 * 1024;

/**
 * Creates a stream that produces each chunk when its reader has room for it, at most one ahead. Destroying the stream
 * ends the source.
 */
function pulledStream(
	chunks: AsyncGenerator<string | Uint8Array, void>,
	{ clock, stallMs, signal, onFailure }: PulledStreamOptions,
): Readable {
	let stall: Timer | undefined;
	const giveUp = () => stream.destroy(new Error(`The reader took nothing for ${stallMs / 1000} s.`));
	async function* watched() {
		try {
			for await (const chunk of chunks) {
				if (signal.aborted) throw signal.reason;
				const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
				for (let at = 0; at < bytes.length; at += partBytes) {
					stall = clock.after(stallMs, giveUp);
					yield bytes.subarray(at, at + partBytes);
					stall.cancel();
				}
			}
		} finally {
			stall?.cancel();
		}
	}
	const stream = Readable.from(watched(), { objectMode: false, highWaterMark: partBytes });
	const abort = () => stream.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
	signal.addEventListener("abort", abort, { once: true });
	stream.on("error", onFailure);
	stream.once("close", () => {
		stall?.cancel();
		signal.removeEventListener("abort", abort);
	});
	return stream;
}

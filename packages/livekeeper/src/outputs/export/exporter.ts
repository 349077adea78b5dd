import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import type { EventLog, StoredEvent } from "../../event-log/index.ts";
import { storageTexts } from "../../text/index.ts";
import { columnsOf, type JsonRow } from "./columns.ts";
import {
	type CsvReader,
	contentTypes,
	type ExportFormat,
	type ExportTable,
	exportFileName,
	isSubtitles,
} from "./format.ts";
import { writeJsonl } from "./jsonl.ts";
import { type ParquetFile, writeParquet } from "./parquet.ts";
import { pulledStream } from "./pulled-stream.ts";
import type { Reader } from "./reader.ts";
import { type ExportQuery, openSource } from "./source.ts";
import { shownTypes } from "./subtitles.ts";

export interface ExportRequest extends ExportQuery {
	format: ExportFormat;
	/** What the rows are of; default the events. */
	table?: ExportTable | undefined;
	/** The reader of a workbook, a CSV for Excel, or subtitles. */
	reader: Reader;
	/** Who a CSV is for; default programs. */
	csvFor?: CsvReader | undefined;
	/** Time added to each time of subtitles, ms. */
	offsetMs?: number | undefined;
	/** Ends the work: the one who asked has gone. */
	signal: AbortSignal;
}

/** An export that has begun. */
export interface Export {
	fileName: string;
	contentType: string;
	/** Known for Parquet only. */
	bytes: number | undefined;
	oldestSeq: number;
	lastSeq: number;
	/** Not one event matches: what comes is a header, or nothing. */
	empty: boolean;
	/** Made as it is read. Destroy it to end the work. */
	body: Readable;
}

export interface ExporterOptions {
	log: Pick<EventLog, "read" | "lastSeq" | "knows">;
	clock: Clock;
	logger: Pick<Logger, "warn">;
	/** How many exports may run at once; default 4. One more is refused. */
	maxAtOnce?: number | undefined;
	/** A reader that takes nothing for this long is given up, ms; default 60,000. */
	stallMs?: number | undefined;
	/** Where Parquet files are made; default the system's folder for temporary files. */
	tempDir?: string | undefined;
}

/** Gives a room's events as a file. */
export class Exporter {
	readonly #options: Required<{ [Key in keyof ExporterOptions]: NonNullable<ExporterOptions[Key]> }>;
	readonly #running = new Set<AbortController>();

	constructor({ log, clock, logger, maxAtOnce = 4, stallMs = 60_000, tempDir = tmpdir() }: ExporterOptions) {
		this.#options = { log, clock, logger, maxAtOnce, stallMs, tempDir };
	}

	/** How many exports run at this moment. */
	get running(): number {
		return this.#running.size;
	}

	/**
	 * Begins an export; it counts as running until its body has closed.
	 * @throws LivekeeperError `too_many_exports`, `parquet_unavailable`, `export_failed`, `export_overtaken`, and what
	 * the log throws
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

	/** Ends every export that runs. */
	stop(): void {
		for (const work of this.#running) work.abort(new LivekeeperError("shutting_down", storageTexts.stopping));
	}

	async #open({ signal: asked, ...request }: ExportRequest, signal: AbortSignal): Promise<Export> {
		signal.throwIfAborted();
		const { clock, logger, stallMs } = this.#options;
		const { format, table = "events", liveIds, from } = request;
		const source = await openSource(this.#options.log, { liveIds, from, to: request.to, types: typesOf(request) });
		const { oldestSeq, lastSeq, empty } = source;
		const file = format === "parquet" ? await this.#parquet(source.pages, table, signal) : undefined;
		const body = pulledStream(file?.content ?? (await contentOf({ ...request, signal }, source.pages)), {
			clock,
			stallMs,
			signal,
			onFailure: (error) => {
				if (asked.aborted) return;
				logger.warn({ event: "export_cut", live_id: liveIds.join(","), format, err: error });
			},
		});
		if (file) body.once("close", () => this.#dispose(file));
		const fileName = exportFileName({ liveIds, format, table, from });
		return { fileName, contentType: contentTypes[format], bytes: file?.bytes, oldestSeq, lastSeq, empty, body };
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

type EventPages = AsyncIterable<readonly StoredEvent[]>;

/** Only these kinds are read: subtitles show few, and tables of sums are of gifts. */
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

/** What only one format needs is loaded when that is asked for. */
async function contentOf(
	{ format, table = "events", reader, csvFor, liveIds: [liveId = ""], from, offsetMs, signal }: ExportRequest,
	pages: EventPages,
): Promise<AsyncGenerator<string | Uint8Array, void>> {
	const recording = { liveId, from, offsetMs };
	switch (format) {
		case "xml":
			return (await import("./bilibili-xml.ts")).writeBilibiliXml(pages, recording);
		case "ass":
			return (await import("./ass.ts")).writeAss(pages, { ...recording, language: reader.language });
	}
	const rows = await rowsOf(pages, table, signal);
	switch (format) {
		case "csv": {
			const { writeCsv } = await import("./csv.ts");
			return writeCsv(rows, columnsOf[table], csvFor === "excel" ? reader : undefined);
		}
		case "xlsx":
			return (await import("./xlsx.ts")).writeXlsx(rows, { table, reader });
		default:
			return writeJsonl(rows);
	}
}

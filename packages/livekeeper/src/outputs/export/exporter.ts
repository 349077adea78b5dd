import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import type { EventLog } from "../../event-log/index.ts";
import { storageTexts } from "../../text/index.ts";
import { contentTypes, type ExportFormat, exportFileName } from "./format.ts";
import { writeJsonl } from "./jsonl.ts";
import { type ParquetFile, writeParquet } from "./parquet.ts";
import { pulledStream } from "./pulled-stream.ts";
import { type ExportQuery, type ExportSource, openSource } from "./source.ts";
import type { WorkbookOptions } from "./xlsx.ts";

export interface ExportRequest extends ExportQuery {
	format: ExportFormat;
	/** Of an Excel workbook, with the time that it shows. */
	workbook: WorkbookOptions;
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
	log: Pick<EventLog, "read" | "lastSeq">;
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

	/** Whether the log has, or had, events of that room. */
	async holds(liveId: string): Promise<boolean> {
		return (await this.#options.log.lastSeq(liveId)) > 0;
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

	async #open({ format, workbook, ...query }: ExportRequest, signal: AbortSignal): Promise<Export> {
		signal.throwIfAborted();
		const { clock, logger, stallMs } = this.#options;
		const source = await openSource(this.#options.log, query);
		const { oldestSeq, lastSeq, empty } = source;
		const content = await this.#content({ format, workbook }, source, signal);
		const body = pulledStream(content.chunks, {
			clock,
			stallMs,
			signal,
			onFailure: (error) => {
				if (query.signal.aborted) return;
				logger.warn({ event: "export_cut", live_id: query.liveId, format, err: error });
			},
		});
		if (content.file) body.once("close", () => this.#dispose(content.file));
		const fileName = exportFileName(query.liveId, format, query.from);
		return { fileName, contentType: contentTypes[format], bytes: content.file?.bytes, oldestSeq, lastSeq, empty, body };
	}

	async #content(
		{ format, workbook }: Pick<ExportRequest, "format" | "workbook">,
		{ pages }: ExportSource,
		signal: AbortSignal,
	) {
		switch (format) {
			case "csv":
				return { chunks: (await import("./csv.ts")).writeCsv(pages), file: undefined };
			case "xlsx":
				return { chunks: (await import("./xlsx.ts")).writeXlsx(pages, workbook), file: undefined };
			case "jsonl":
				return { chunks: writeJsonl(pages), file: undefined };
			case "parquet": {
				const file = await this.#parquet(pages, signal);
				return { chunks: file.content, file };
			}
		}
	}

	async #parquet(pages: ExportSource["pages"], signal: AbortSignal): Promise<ParquetFile> {
		try {
			return await writeParquet(pages, { tempDir: this.#options.tempDir, signal });
		} catch (error) {
			if (error instanceof LivekeeperError || signal.aborted) throw error;
			const why = error instanceof Error ? error.message : String(error);
			throw new LivekeeperError("export_failed", storageTexts.parquetFailed(why), { cause: error });
		}
	}

	#dispose(file: ParquetFile | undefined): void {
		file?.dispose().catch((error: unknown) => this.#options.logger.warn({ event: "export_file_left", err: error }));
	}
}

import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { storageTexts } from "@livekeeper/log/text";
import { type Column, columnsOf, type JsonRow, jsonLines } from "./columns.ts";
import type { ExportTable } from "./format.ts";

export interface ParquetOptions {
	table: ExportTable;
	/**
	 * Folder in which the file is made, in a subfolder that is removed when the export ends. Needs as much space as the
	 * export has as JSON.
	 */
	tempDir: string;
	/** Aborts the work. */
	signal: AbortSignal;
}

export interface ParquetFile {
	bytes: number;
	/** The file's content. The file is deleted when this ends, however it ends. */
	content: AsyncGenerator<Uint8Array, void>;
	/** Deletes the file, whether or not it was read. */
	dispose: () => Promise<void>;
}

/**
 * Writes the columns of the CSV with their types, and in the events table each whole event in `json`. A Parquet file
 * can only be read from its end, so DuckDB first makes it on disk, in its own threads and with bounded memory.
 */
export async function writeParquet(
	pages: AsyncIterable<readonly JsonRow[]>,
	{ table, tempDir, signal }: ParquetOptions,
): Promise<ParquetFile> {
	// Loaded before anything is written: a missing library is the likelier fault.
	const duckDb = await loadDuckDb();
	const folder = await mkdtemp(join(tempDir, "livekeeper-export-"));
	const dispose = () => rm(folder, { recursive: true, force: true });
	try {
		const lines = join(folder, "rows.jsonl");
		const file = join(folder, "rows.parquet");
		await writeLines(lines, pages, signal);
		await convert(duckDb, copyStatement(table, { lines, file }), join(folder, "spill"), signal);
		await rm(lines);
		const { size } = await stat(file);
		return { bytes: size, content: readThenDispose(file, dispose), dispose };
	} catch (error) {
		await dispose();
		throw signal.aborted ? signal.reason : error;
	}
}

async function writeLines(path: string, pages: AsyncIterable<readonly JsonRow[]>, signal: AbortSignal) {
	const file = await open(path, "wx", 0o600);
	try {
		for await (const rows of pages) {
			signal.throwIfAborted();
			await file.appendFile(jsonLines(rows));
		}
	} finally {
		await file.close();
	}
}

async function convert(
	{ DuckDBInstance }: Awaited<ReturnType<typeof loadDuckDb>>,
	statement: string,
	spill: string,
	signal: AbortSignal,
) {
	signal.throwIfAborted();
	const instance = await DuckDBInstance.create(":memory:", {
		// One thread, because the rooms need the machine more than an export does.
		threads: "1",
		memory_limit: "256MB",
		temp_directory: spill,
		autoinstall_known_extensions: "false",
		autoload_known_extensions: "false",
	});
	try {
		const connection = await instance.connect();
		const interrupt = () => connection.interrupt();
		signal.addEventListener("abort", interrupt, { once: true });
		try {
			await connection.run(statement);
		} finally {
			signal.removeEventListener("abort", interrupt);
			connection.closeSync();
		}
	} finally {
		instance.closeSync();
	}
}

/**
 * Returns the statement that writes the file. It contains only livekeeper's own columns and paths, and no user input.
 */
function copyStatement(table: ExportTable, { lines, file }: { lines: string; file: string }): string {
	const columns = columnsOf[table];
	const structure = JSON.stringify(structureOf(columns));
	const selected = columns.map((column) => `${expressionOf(column)} AS ${quoted(column.name)}`);
	return `COPY (
		SELECT ${[...selected, ...(table === "events" ? ['line AS "json"'] : [])].join(",\n")} FROM (
			SELECT json::VARCHAR AS line, json_transform(json, ${text(structure)}) AS event
			FROM read_ndjson_objects(${text(lines)}, maximum_object_size = 67108864)
		)
	) TO ${text(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)`;
}

type Structure = { [key: string]: Structure | string };

/** Returns the structure that DuckDB reads from each line: the paths of all columns, as nested structs. */
function structureOf(list: readonly Column[]): Structure {
	const root: Structure = {};
	for (const { from, type } of list) {
		for (const path of from) {
			const keys = path.split(".");
			const leaf = keys.pop() ?? path;
			let struct = root;
			for (const key of keys) {
				const inner = struct[key] ?? {};
				if (typeof inner === "string") throw new TypeError(`${path}: ${key} is no struct`);
				struct[key] = inner;
				struct = inner;
			}
			struct[leaf] = type === "integer" || type === "time" ? "BIGINT" : "VARCHAR";
		}
	}
	return root;
}

function expressionOf({ from, type }: Column): string {
	const values = from.map((path) => {
		const value = ["event", ...path.split(".").map(quoted)].join(".");
		return type === "text" || type === "id" ? `nullif(${value}, '')` : value;
	});
	const first = values.length === 1 ? values[0] : `coalesce(${values.join(", ")})`;
	return type === "time" ? `make_timestamptz(${first} * 1000)` : `${first}`;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

async function* readThenDispose(path: string, dispose: () => Promise<void>): AsyncGenerator<Uint8Array, void> {
	try {
		yield* createReadStream(path) as AsyncIterable<Uint8Array>;
	} finally {
		await dispose();
	}
}

type DuckDb = typeof import("@duckdb/node-api");

/** The tested version, named in the install command. */
const version = "1.5.6-r.1";

/** Loads DuckDB, which writes Parquet. It has 70 MB, so only users who want Parquet install it. */
export async function loadDuckDb(load: () => Promise<DuckDb> = () => import("@duckdb/node-api")): Promise<DuckDb> {
	try {
		return await load();
	} catch (cause) {
		throw new LivekeeperError("parquet_unavailable", storageTexts.noDuckDb, {
			hint: storageTexts.noDuckDbHint(`npm install @duckdb/node-api@${version}`),
			cause,
		});
	}
}

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { StoredEvent } from "@livekeeper/log";
import { afterEach, beforeEach, expect, test } from "vitest";
import { columnsOf } from "./columns.ts";
import { chat, event, pagesOf, someone, stored } from "./memory-log.helpers.ts";
import { loadDuckDb, writeParquet } from "./parquet.ts";

let folder: string;
const signal = new AbortController().signal;

beforeEach(async () => {
	// A quote in the path must not end the path in a statement.
	folder = await mkdtemp(join(tmpdir(), "livekeeper's-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes events to a Parquet file, and reads it with DuckDB. */
async function roundTrip(...events: StoredEvent[]) {
	return readBack(pagesOf(...events));
}

async function readBack(pages: AsyncIterable<readonly StoredEvent[]>) {
	const { content, bytes } = await writeParquet(pages, { table: "events", tempDir: folder, signal });
	const chunks: Uint8Array[] = [];
	for await (const chunk of content) chunks.push(chunk);
	const file = Buffer.concat(chunks);
	expect(file.length).toBe(bytes);
	const path = join(folder, "read.parquet").replaceAll("'", "''");
	await writeFile(join(folder, "read.parquet"), file);
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	try {
		await connection.run("SET TimeZone = 'UTC'");
		const rows = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
		const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`);
		const codecs = await connection.runAndReadAll(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
		return {
			rows: rows.getRowObjectsJson(),
			types: Object.fromEntries(types.getRowObjectsJson().map((row) => [row["column_name"], row["column_type"]])),
			codecs: codecs.getRowObjectsJson().map((row) => row["compression"]),
		};
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

test("writes typed columns in the log's order, compressed", async () => {
	const gift = { user: someone, giftName: "玫瑰", giftId: "463", count: 10, delta: 3, diamonds: 3 };
	const events = [
		stored(1, chat(1, "你好 'x' \"y\"")),
		stored(2, event(2, "gift", gift)),
		stored(3, event(3, "intro")),
	];
	const { rows, types, codecs } = await roundTrip(...events);
	expect(types).toEqual({
		...Object.fromEntries(
			columnsOf.events.map(({ name, type }) => [
				name,
				{ text: "VARCHAR", id: "VARCHAR", integer: "BIGINT", time: "TIMESTAMP WITH TIME ZONE" }[type],
			]),
		),
		json: "VARCHAR",
	});
	expect(codecs).toEqual(["ZSTD"]);
	expect(rows.map((row) => row["seq"])).toEqual(["1", "2", "3"]);
	expect(rows[0]).toMatchObject({
		at: "2026-01-01 00:00:01+00",
		type: "chat",
		user_id: "7383838383838383838",
		display_id: "20260131",
		nickname: "小明",
		level: "12",
		fans_club: "星光团",
		fans_club_level: "3",
		content: "你好 'x' \"y\"",
		gift_id: null,
		room_id: "7400000000000000123",
	});
	expect(rows[1]).toMatchObject({
		gift_name: "玫瑰",
		gift_id: "463",
		count: "10",
		delta: "3",
		diamonds: "3",
		content: null,
	});
	expect(rows.map((row) => row["json"])).toEqual(events.map(({ json }) => json));
});

test("writes the columns of an empty file", async () => {
	const { rows, types } = await roundTrip();
	expect(rows).toEqual([]);
	expect(Object.keys(types)).toHaveLength(columnsOf.events.length + 1);
});

test("keeps the order over many pages", async () => {
	const pages = 55;
	async function* many() {
		for (let page = 0; page < pages; page++) {
			yield Array.from({ length: 1000 }, (_, i) => stored(page * 1000 + i + 1, chat(1, "x")));
		}
	}
	const { rows } = await readBack(many());
	expect(rows.every((row, index) => row["seq"] === `${index + 1}`)).toBe(true);
	expect(rows).toHaveLength(pages * 1000);
});

test("leaves out a mistyped value, and keeps the event", async () => {
	const json = '{"seq":1,"at":"?","type":["chat"],"user":"nobody","count":"many"}';
	const { rows } = await roundTrip({ seq: 1, type: "chat", at: 0, json });
	expect(rows[0]).toMatchObject({ seq: "1", at: null, user_id: null, count: null, json });
});

test("leaves no file behind: read, unread, aborted or failed", async () => {
	const options = { table: "events", tempDir: folder, signal } as const;
	const read = await writeParquet(pagesOf(stored(1, chat(1, "x"))), options);
	for await (const _ of read.content);
	const unread = await writeParquet(pagesOf(stored(1, chat(1, "x"))), options);
	expect(await readdir(folder)).toHaveLength(1);
	await unread.dispose();

	const abort = new AbortController();
	async function* endless() {
		for (let seq = 1; ; seq++) {
			if (seq === 5) abort.abort(new Error("gone"));
			yield [stored(seq, chat(seq, "x"))];
		}
	}
	await expect(writeParquet(endless(), { table: "events", tempDir: folder, signal: abort.signal })).rejects.toThrow(
		"gone",
	);

	async function* broken(): AsyncGenerator<StoredEvent[], void> {
		yield [{ seq: 1, type: "chat", at: 0, json: '{"seq":' }];
	}
	await expect(writeParquet(broken(), options)).rejects.toThrow(/malformed|JSON/i);
	expect(await readdir(folder)).toEqual([]);
});

test("explains how to install what Parquet needs", async () => {
	const missing = loadDuckDb(() => Promise.reject(new Error("Cannot find package '@duckdb/node-api'")));
	await expect(missing).rejects.toMatchObject({
		code: "parquet_unavailable",
		status: 501,
		hint: { en: expect.stringContaining("npm install @duckdb/node-api@1.5.6-r.1") },
	});
});

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { readXlsx } from "hucre/xlsx";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Exporter, type ExporterOptions, type ExportRequest } from "./exporter.ts";
import { exportFormats } from "./format.ts";
import { chat, event, liveId, MemoryLog, someone, startMs, stored, textOf } from "./memory-log.helpers.ts";

let clock: ManualClock;
let log: MemoryLog;
let tempDir: string;
let warn: ReturnType<typeof vi.fn<(fields: object, message: string) => void>>;

beforeEach(async () => {
	clock = new ManualClock();
	log = new MemoryLog(Array.from({ length: 20_000 }, (_, i) => chat(i + 1, "很长的一句话，".repeat(10))));
	warn = vi.fn();
	tempDir = await mkdtemp(join(tmpdir(), "livekeeper-exporter-"));
});
afterEach(() => rm(tempDir, { recursive: true, force: true }));

const exporterOf = (options: Partial<ExporterOptions> = {}) =>
	new Exporter({
		log,
		clock,
		logger: { warn: warn as unknown as ExporterOptions["logger"]["warn"] },
		tempDir,
		...options,
	});
const never = () => new AbortController().signal;
const request = (fields: Partial<ExportRequest> = {}): ExportRequest => ({
	liveIds: [liveId],
	format: "jsonl",
	reader: { language: "en", timeZone: "UTC" },
	signal: never(),
	...fields,
});

/** Resolves once `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("exports the log's own lines as JSON lines", async () => {
	const { body, ...about } = await exporterOf().open(request());
	expect(about).toEqual({
		fileName: "1001-all.jsonl",
		contentType: "application/x-ndjson; charset=utf-8",
		bytes: undefined,
		oldestSeq: 1,
		lastSeq: 20_000,
		empty: false,
	});
	expect(await textOf(body)).toBe(log.events.map(({ json }) => `${json}\n`).join(""));
	expect(clock.pendingTimers).toBe(0);
});

const begins = { csv: "\uFEFFseq,at,", xlsx: "PK", jsonl: "", parquet: "PAR1", xml: "<?xml", ass: "\uFEFF[Script" };

test.each(exportFormats)("names the file, and reports an empty result: %s", async (format) => {
	const exporter = exporterOf();
	const opened = await exporter.open(request({ format, from: startMs, types: ["gift"] }));
	const forPeople = ["xlsx", "xml", "ass"].includes(format);
	expect(opened).toMatchObject({
		empty: true,
		fileName: `1001${forPeople ? " 2026-01-01" : "-20260101T000000Z"}.${format}`,
	});
	const text = await textOf(opened.body);
	expect(text.startsWith(begins[format])).toBe(true);
	await until(() => exporter.running === 0);
});

test("reads no further ahead than its reader", async () => {
	const { body } = await exporterOf().open(request());
	body.once("data", () => body.pause());
	await new Promise((resolve) => body.once("pause", resolve));
	await until(() => body.readableLength > 0);
	for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
	expect(log.reads).toBeLessThanOrEqual(3);
	body.destroy();
});

test("drops a reader stalled for 60 s, and logs it", async () => {
	const exporter = exporterOf();
	const { body } = await exporter.open(request());
	body.once("readable", () => undefined);
	await until(() => clock.pendingTimers === 1 && body.readableLength > 0);
	await clock.advance(59_999);
	expect(body.destroyed).toBe(false);
	await clock.advance(1);
	await until(() => exporter.running === 0);
	expect(body.errored?.message).toContain("60 s");
	expect(warn).toHaveBeenCalledOnce();
	expect(clock.pendingTimers).toBe(0);
});

test.each(["jsonl", "csv"] as const)("keeps a slow but steady reader: %s", async (format) => {
	const { body } = await exporterOf().open(request({ format }));
	body.once("readable", () => undefined);
	for (let part = 0; part < 40; part++) {
		await until(() => body.destroyed || body.readableLength >= 32 * 1024);
		body.read(32 * 1024);
		await clock.advance(29_000);
	}
	expect(body.destroyed).toBe(false);
	body.destroy();
});

test("stops the work when its client leaves", async () => {
	const gone = new AbortController();
	const exporter = exporterOf();
	const { body } = await exporter.open(request({ signal: gone.signal }));
	const text = textOf(body);
	gone.abort(new Error("client left"));
	await expect(text).rejects.toThrow("client left");
	await until(() => exporter.running === 0);
	expect(log.reads).toBeLessThan(10);
});

test("stops the work, and leaves no Parquet file", async () => {
	const exporter = exporterOf();
	log.onRead = (n) => {
		if (n === 3) exporter.stop();
	};
	await expect(exporter.open(request({ format: "parquet" }))).rejects.toMatchObject({ code: "shutting_down" });
	expect(exporter.running).toBe(0);
	expect(await readdir(tempDir)).toEqual([]);
});

test("deletes a Parquet file whose reader left before reading", async () => {
	const exporter = exporterOf();
	const { body, bytes } = await exporter.open(request({ format: "parquet" }));
	expect(bytes).toBeGreaterThan(1000);
	body.destroy();
	await until(async () => (await readdir(tempDir)).length === 0);
	expect(exporter.running).toBe(0);
});

test("refuses an export past the limit until another ends", async () => {
	const exporter = exporterOf({ maxAtOnce: 2 });
	const first = await exporter.open(request());
	await exporter.open(request({ format: "csv" }));
	await expect(exporter.open(request())).rejects.toMatchObject({ code: "too_many_exports", status: 429 });
	first.body.destroy();
	await until(() => exporter.running === 1);
	await exporter.open(request());
	exporter.stop();
	await until(() => exporter.running === 0);
});

test("reports errors of the log before the response starts", async () => {
	const exporter = exporterOf();
	log.onRead = () => {
		throw new Error("disk on fire");
	};
	await expect(exporter.open(request())).rejects.toThrow("disk on fire");
	expect(exporter.running).toBe(0);
});

test("marks an export that fails halfway as failed", async () => {
	log.onRead = (n) => {
		if (n === 4) throw new Error("disk on fire");
	};
	const { body } = await exporterOf().open(request({ format: "csv" }));
	await expect(textOf(body)).rejects.toThrow("disk on fire");
	expect(warn).toHaveBeenCalledOnce();
});

test("exports givers and gifts as tables in tabular formats", async () => {
	const given = (n: number, id: string) => {
		const user = { ...someone, id, secUid: "" };
		return event(n, "gift", { user, giftId: "463", giftName: "玫瑰", diamondCount: 2, delta: 1, diamonds: 2 });
	};
	log = new MemoryLog([chat(1, "a"), given(2, "1"), given(3, "2"), given(4, "1")]);
	const textAs = async (fields: Partial<ExportRequest>) => {
		const { body, fileName } = await exporterOf().open(request(fields));
		return { fileName, text: await textOf(body) };
	};
	const { fileName, text } = await textAs({ format: "csv", table: "givers", csvFor: "excel" });
	expect(fileName).toBe("1001 Gifters.csv");
	expect(text.split("\r\n").slice(0, 3)).toEqual([
		"\uFEFFRoom,User ID,Profile ID,Name,Level,Counted,Diamonds,First,Last,Douyin ID",
		"1001,1,,小明,12,2,4,2026-01-01 00:00:02,2026-01-01 00:00:04,20260131",
		"1001,2,,小明,12,1,2,2026-01-01 00:00:03,2026-01-01 00:00:03,20260131",
	]);
	const lines = (await textAs({ format: "jsonl", table: "gifts" })).text.split("\n");
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ gift_name: "玫瑰", diamond_count: 2, delta: 3, diamonds: 6 });
	expect((await textAs({ format: "xlsx", table: "gifts" })).text.startsWith("PK")).toBe(true);
	expect((await textAs({ format: "parquet", table: "givers" })).text.startsWith("PAR1")).toBe(true);
});

test.each(["xml", "ass"] as const)("reads only the shown kinds for subtitles: %s", async (format) => {
	log = new MemoryLog([chat(1, "a"), event(2, "like", { count: 1 })]);
	const { body } = await exporterOf().open(request({ format }));
	expect((await textOf(body)).match(/<d |Dialogue:/g)).toHaveLength(1);
	expect((await exporterOf().open(request({ format, types: ["like"] }))).empty).toBe(true);
});

test.each(["xml", "ass"] as const)("includes a gap across the end of the range: %s", async (format) => {
	const gap = (n: number, from: number) =>
		event(n, "gap", { from: startMs + from * 1000, to: startMs + n * 1000, reason: "network" });
	const countedUntil = async (seconds: number, types?: ExportRequest["types"]) => {
		const range = { from: startMs, to: startMs + seconds * 1000 };
		const { body, empty } = await exporterOf().open(request({ format, types, ...range }));
		return [(await textOf(body)).match(/\[livekeeper\]/g)?.length ?? 0, empty];
	};
	log = new MemoryLog([chat(1, "a"), gap(90, 5), gap(200, 150)]);
	expect(await countedUntil(60)).toEqual([1, false]);
	expect(await countedUntil(60, ["chat"])).toEqual([0, false]);
	expect(await countedUntil(100)).toEqual([1, false]);
	expect(await countedUntil(160)).toEqual([2, false]);
	log = new MemoryLog([gap(90, 5)]);
	expect(await countedUntil(60)).toEqual([1, false]);
	expect(await countedUntil(4)).toEqual([0, true]);
});

test("exports exactly a broadcast's events, whatever their times", async () => {
	const at = (n: number, roomId: string, ms: number) => ({ ...chat(n, `${n}`), roomId, at: startMs + ms });
	// The last messages of one broadcast arrive between the first of the next, and the upstream's clocks differ.
	log = new MemoryLog([
		...[at(1, "b1", 0), at(2, "b1", 59_999), at(3, "b2", 60_000), at(4, "b1", 60_001), at(5, "b2", 59_000)],
		...[at(6, "b2", 119_999), at(7, "b2", 200_000), at(8, "b3", 120_000)],
	]);
	// An event that mentions another broadcast's id does not belong to it.
	log.events.push(stored(9, { ...at(9, "b3", 120_001), content: '"b2"' } as LiveEvent));
	log.summaries = [
		{ roomId: "b1", firstSeq: 1, lastSeq: 4, startedAt: startMs },
		{ roomId: "b2", firstSeq: 3, lastSeq: 7, startedAt: startMs + 60_000 },
		{ roomId: "b3", firstSeq: 8, lastSeq: 9, startedAt: startMs + 86_400_000 },
	];
	const seqsOf = async (fields: Partial<ExportRequest>) => {
		const { body, fileName } = await exporterOf().open(request(fields));
		const lines = (await textOf(body)).split("\n").filter(Boolean);
		return [fileName, lines.map((line) => JSON.parse(line).seq)];
	};
	expect(await seqsOf({ broadcast: "b1" })).toEqual(["1001-20260101T000000Z.jsonl", [1, 2, 4]]);
	expect(await seqsOf({ broadcast: "b2" })).toEqual(["1001-20260101T000100Z.jsonl", [3, 5, 6, 7]]);
	expect((await seqsOf({ broadcast: "latest" }))[1]).toEqual([8, 9]);
	await expect(exporterOf().open(request({ broadcast: "b4" }))).rejects.toMatchObject({ code: "broadcast_not_found" });
	const { body } = await exporterOf().open(request({ format: "xlsx", broadcast: "b2", name: "灯塔本人" }));
	const { sheets } = await readXlsx(Buffer.concat(await body.toArray()));
	expect(sheets.map(({ name, rows }) => [name, rows.length])).toEqual([
		["灯塔本人", 5],
		["Everything", 5],
	]);
});

test.each([
	["灯塔本人", {}, "灯塔本人.xlsx"],
	["灯塔本人", { from: startMs - 8 * 3_600_000 }, "灯塔本人 2026-01-01.xlsx"],
	["灯塔本人", { from: startMs }, "灯塔本人 2026-01-01 08.00.xlsx"],
	["灯塔本人", { table: "givers" as const, from: startMs - 8 * 3_600_000 }, "灯塔本人 2026-01-01 送礼的人.xlsx"],
	['a<b>:"/\\|?*c. ', {}, "a b c.xlsx"],
	["CON", {}, "_CON.xlsx"],
	["\u202e..", {}, "1001.xlsx"],
	["名".repeat(200), {}, `${"名".repeat(80)}.xlsx`],
	["灯塔本人", { broadcast: "b1" }, "灯塔本人 2026-01-01 08.00.xlsx"],
	["灯塔本人", { broadcast: "b3" }, "灯塔本人 2026-01-03.xlsx"],
])("names a file of %s validly for Windows: %j", async (name, fields, fileName) => {
	const day = 86_400_000;
	log.summaries = [0, 3_600_000, 2 * day].map((ms, i) => ({
		...{ roomId: `b${i + 1}`, firstSeq: 1, lastSeq: 2, startedAt: startMs + ms },
	}));
	const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;
	const opened = await exporterOf().open(request({ format: "xlsx", name, reader, ...fields }));
	expect(opened.fileName).toBe(fileName);
	opened.body.destroy();
});

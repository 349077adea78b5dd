import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { LivekeeperClient } from "@livekeeper/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ExportService, startExportService } from "../http/export-service.helpers.ts";
import { chat, event, eventsOf, startMs, textOf } from "../outputs/export/memory-log.helpers.ts";
import { type ExportRoomOptions, exportRoom, lastSeqIn } from "./export-room.ts";
import { bytesText } from "./format/age.ts";
import { terminalProgress } from "./format/progress.ts";

let service: ExportService;
let folder: string;
const lines = { out: [] as string[], err: [] as string[] };
const bar: { total?: number; unit?: string; values: number[]; stopped: number } = { values: [], stopped: 0 };

beforeEach(async () => {
	service = await startExportService();
	service.log.events = eventsOf(chat(1, "一"), chat(2, "二"), chat(3, "三"));
	folder = await mkdtemp(join(tmpdir(), "livekeeper-export-cli-"));
	lines.out = [];
	lines.err = [];
	Object.assign(bar, { values: [], stopped: 0 });
	delete bar.total;
});
afterEach(async () => {
	await service.close();
	await rm(folder, { recursive: true, force: true });
});

const roomOf = (liveId: string, url = service.url) => new LivekeeperClient({ url }).room(liveId);
const run = (options: Partial<ExportRoomOptions> = {}) =>
	exportRoom({
		room: roomOf("1001"),
		output: folder,
		io: {
			out: (line) => void lines.out.push(line),
			err: (line) => void lines.err.push(line),
			paint: (_style, text) => text,
			language: "en",
		},
		progress: {
			start: (total, unit) => Object.assign(bar, { total, unit }),
			update: (value) => void bar.values.push(value),
			stop: () => void bar.stopped++,
		},
		signal: new AbortController().signal,
		...options,
	});

const read = (name: string) => readFile(join(folder, name), "utf8");

test("saves a spreadsheet under the proposed name with progress", async () => {
	expect(await run({ from: "2026-01-01T00:00:00Z" })).toBe(true);
	expect(await readdir(folder)).toEqual(["1001-20260101T000000Z.csv"]);
	expect((await read("1001-20260101T000000Z.csv")).split("\r\n")).toHaveLength(5);
	expect(lines.out[0]).toMatch(/✓ .*1001-20260101T000000Z\.csv \(\d+ bytes\)$/);
	expect(bar).toMatchObject({ total: 3, unit: "events" });
	expect(bar.stopped).toBeGreaterThan(0);
	expect(bar.values.at(-1)).toBe(3);
});

test.each(["jsonl", "parquet", "csv", "xlsx", "xml", "ass"])(
	"takes the format from the file's name: %s",
	async (format) => {
		await run({ output: join(folder, `a.${format.toUpperCase()}`) });
		const begin = (await read(`a.${format.toUpperCase()}`)).slice(0, 4);
		expect(begin).toBe(
			{ jsonl: '{"se', parquet: "PAR1", csv: "\uFEFFseq", xlsx: "PK\u0003\u0004", xml: "<?xm", ass: "\uFEFF[Sc" }[
				format
			],
		);
		// The progress of other formats can't be seen in their bytes.
		expect(bar.total).toBe({ jsonl: 3, parquet: bar.total, csv: 3 }[format]);
		expect(bar.unit).toBe(format === "parquet" ? "bytes" : "events");
	},
);

test("rejects a file name with an unknown format", async () => {
	await expect(run({ output: join(folder, "a.docx") })).rejects.toMatchObject({
		code: "invalid_request",
		message: "Can't export to a .docx file",
		hint: { en: "Use a file name that ends in .csv, .xlsx, .jsonl, .parquet, .xml, .ass, or give --format." },
	});
});

test("rejects a format that does not match the file's name", async () => {
	await expect(run({ output: join(folder, "a.xlsx"), format: "csv" })).rejects.toMatchObject({
		code: "invalid_request",
		message: "--format csv does not match the file extension .xlsx",
		hint: { en: "Use a file name that ends in .csv, or leave --format out." },
	});
	await run({ output: join(folder, "a.CSV"), format: "csv" });
	await run({ output: join(folder, "a.data"), format: "jsonl" });
	expect(await readdir(folder)).toEqual(["a.CSV", "a.data"]);
});

test("requests a table, for Excel, and with an offset", async () => {
	const asked: string[] = [];
	service.app.server.on("request", (request) => asked.push(request.url ?? ""));
	const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
	service.log.events = eventsOf(event(1, "gift", { giftId: "1", giftName: "玫瑰", delta: 1, diamonds: 1 }));
	await run({ table: "gifts", csvFor: "excel" });
	await run({ output: join(folder, "a.ass"), offset: -2.5 });
	expect(asked).toEqual([
		`/api/v1/rooms/1001/export?format=csv&table=gifts&for=excel&tz=${zone}`,
		`/api/v1/rooms/1001/export?format=ass&offset=-2.5&tz=${zone}`,
	]);
	expect(await readdir(folder)).toEqual(["1001 Gifts.csv", "a.ass"]);
	expect(bar.values).toEqual([]);
});

test("saves several rooms as one file", async () => {
	const { rooms } = new LivekeeperClient({ url: service.url });
	const openExport: ExportRoomOptions["room"]["openExport"] = (options) => rooms.openExport(["1001", "2002"], options);
	await run({ room: { liveId: "1001, 2002", openExport } });
	expect(await readdir(folder)).toEqual(["2-rooms-all.csv"]);
	expect(bar.values).toEqual([]);
});

test("writes only the export to standard output", async () => {
	const stdout = new PassThrough();
	await run({ output: "-", format: "jsonl", types: ["chat"], stdout });
	stdout.end();
	expect(await textOf(stdout)).toBe(service.log.events.map(({ json }) => `${json}\n`).join(""));
	expect(lines.out).toEqual([]);
	expect(await readdir(folder)).toEqual([]);
});

test("resolves times on the user's side", async () => {
	const asked: string[] = [];
	service.app.server.on("request", (request) => asked.push(request.url ?? ""));
	const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
	await run({ from: "2h", to: "1767225602000", types: ["chat", "gift"], nowMs: startMs });
	expect(asked).toEqual([
		`/api/v1/rooms/1001/export?format=csv&from=${startMs - 7_200_000}&to=${startMs + 2000}&types=chat%2Cgift&tz=${zone}`,
	]);
});

test("reports no matches and keeps an existing file", async () => {
	await run({ types: ["gift"] });
	expect(await readdir(folder)).toEqual([]);
	expect(lines).toEqual({
		out: [],
		err: ["! Nothing to export: no message of room 1001 matches; no file was written"],
	});
	await vi.waitFor(() => expect(service.exporter.running).toBe(0));
	await writeFile(join(folder, "1001-all.csv"), "before");
	await run({ types: ["gift"] });
	expect(await read("1001-all.csv")).toBe("before");
});

test("stops the progress bar before the success line", async () => {
	const order: string[] = [];
	const io = {
		out: () => void order.push("success"),
		err: () => undefined,
		paint: (_: unknown, text: string) => text,
		language: "en" as const,
	};
	const progress = { start: () => undefined, update: () => undefined, stop: () => void order.push("bar gone") };
	await run({ io, progress });
	expect(order.slice(0, 2)).toEqual(["bar gone", "success"]);
});

test("rejects an invalid time before it asks the service", async () => {
	await expect(run({ from: "yesterday" })).rejects.toMatchObject({
		code: "invalid_request",
		message: expect.stringContaining("--from: 'yesterday' is not a time"),
	});
	expect(service.log.reads).toBe(0);
});

test("reports the service's error or a missing service", async () => {
	await expect(run({ room: roomOf("3003") })).rejects.toMatchObject({ code: "room_not_found" });
	await expect(run({ format: "docx" })).rejects.toMatchObject({ code: "invalid_request" });
	const nowhere = roomOf("1001", "http://127.0.0.1:1");
	await expect(run({ room: nowhere })).rejects.toMatchObject({ code: "unreachable" });
	expect(await readdir(folder)).toEqual([]);
});

test("keeps the former file when an export breaks off", async () => {
	await writeFile(join(folder, "1001-all.csv"), "before");
	service.log.events = eventsOf(...Array.from({ length: 5000 }, (_, i) => chat(i + 1, "x")));
	service.log.onRead = (n) => {
		if (n === 4) throw new Error("disk on fire");
	};
	await expect(run()).rejects.toMatchObject({ code: "export_failed", message: expect.stringContaining("interrupted") });
	expect(await readdir(folder)).toEqual(["1001-all.csv"]);
	expect(await read("1001-all.csv")).toBe("before");
	service.log.onRead = () => undefined;
	await run();
	expect((await read("1001-all.csv")).split("\r\n")).toHaveLength(5002);
});

test("leaves nothing when stopped halfway, and reports it", async () => {
	service.log.events = eventsOf(...Array.from({ length: 50_000 }, (_, i) => chat(i + 1, "很长的一句话，".repeat(20))));
	const stop = new AbortController();
	service.log.onRead = (n) => {
		if (n === 5) stop.abort();
	};
	expect(await run({ signal: stop.signal })).toBe(false);
	expect(lines).toEqual({ out: [], err: ["Stopped: nothing was saved"] });
	expect(await readdir(folder)).toEqual([]);
	await vi.waitFor(() => expect(service.exporter.running).toBe(0));
});

test("reports why a file can't be written", async () => {
	await expect(run({ output: join(folder, "no", "such.csv") })).rejects.toMatchObject({
		code: "cannot_write_file",
		message: expect.stringContaining("ENOENT"),
	});
});

test("keeps a name from the network inside its folder", async () => {
	const headers = { "content-disposition": 'attachment; filename="../../evil.csv"' };
	await run({ room: { liveId: "1001", openExport: async () => new Response("x", { headers }) } });
	expect(await readdir(folder)).toEqual(["export"]);
});

test("finds the newest real number in a partial export", () => {
	expect(lastSeqIn(Buffer.from('{"seq":1,"a":1}\n{"seq":20,"a":1}\n{"se'), "jsonl")).toBe(20);
	expect(lastSeqIn(Buffer.from('1,2026-01-01,x\r\n21,2026-01-01,"a\r\n9,b"\r\n'), "csv")).toBe(21);
	expect(lastSeqIn(Buffer.from("PAR1"), "parquet")).toBeUndefined();
	expect(lastSeqIn(Buffer.from(""), "csv")).toBeUndefined();
});

test("shows a bar only on a terminal", () => {
	const written: string[] = [];
	const stream = Object.assign(
		new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk))) }),
		{ isTTY: false, columns: 80, rows: 20, cursorTo: () => true, clearLine: () => true, moveCursor: () => true },
	) as unknown as NodeJS.WriteStream;
	const show = () => {
		const progress = terminalProgress("en", stream);
		progress.start(200, "events");
		progress.update(100);
		progress.stop();
		return written.join("");
	};
	expect(show()).toBe("");
	stream.isTTY = true;
	expect(show()).toContain("of 200 messages");
});

test("formats bytes with units", () => {
	expect([0, 999, 1234, 5_600_000, 7e13].map(bytesText)).toEqual([
		"0 bytes",
		"999 bytes",
		"1.2 kB",
		"5.6 MB",
		"70.0 TB",
	]);
});

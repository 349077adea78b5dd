import { once } from "node:events";
import { request } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
	chat,
	event,
	eventsOf,
	liveId,
	type MemoryLog,
	someone,
	startMs,
} from "../outputs/export/memory-log.helpers.ts";
import { type ExportService, startExportService } from "./export-service.helpers.ts";

let service: ExportService;
let log: MemoryLog;

beforeEach(async () => {
	service = await startExportService();
	log = service.log;
	log.events = eventsOf(chat(1, "你好"), event(2, "like", { count: 1, total: 2 }), chat(3, "=1"));
});
afterEach(() => service.close());

const get = (query = "", room = liveId) =>
	fetch(`${service.url}/api/v1/rooms/${encodeURIComponent(room)}/export${query}`);

/** Lines logged as warnings or errors. */
const faults = () => service.lines.filter(({ level }) => level >= 40);

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("sends a named spreadsheet of the log by default", async () => {
	const response = await get();
	expect(response.status).toBe(200);
	expect(Object.fromEntries(response.headers)).toMatchObject({
		"content-type": "text/csv; charset=utf-8; header=present",
		"content-disposition": 'attachment; filename="1001-all.csv"',
		"x-livekeeper-oldest-seq": "1",
		"x-livekeeper-last-seq": "3",
		"x-livekeeper-empty": "false",
	});
	// Read as bytes, because `text()` would remove the BOM.
	const lines = Buffer.from(await response.arrayBuffer())
		.toString()
		.split("\r\n");
	expect(lines[0]).toMatch(/^\uFEFFseq,at,type,/);
	expect(lines).toHaveLength(5);
	expect(lines[3]).toContain("'=1");
});

test("filters by kind and time", async () => {
	const seqs = async (query: string) =>
		(await (await get(`?format=jsonl&${query}`)).text())
			.split("\n")
			.filter(Boolean)
			.map((line) => JSON.parse(line).seq);
	expect(await seqs("types=chat, like")).toEqual([1, 2, 3]);
	expect(await seqs("types=like")).toEqual([2]);
	expect(await seqs("types=&from=&to=")).toEqual([1, 2, 3]);
	expect(await seqs("from=98s")).toEqual([2, 3]);
	expect(await seqs(`from=${startMs + 1000}&to=2026-01-01T00:00:03Z`)).toEqual([1, 2]);
});

test("sends Parquet with its length", async () => {
	const response = await get("?format=parquet");
	const file = Buffer.from(await response.arrayBuffer());
	expect(response.headers.get("content-type")).toBe("application/vnd.apache.parquet");
	expect(response.headers.get("content-length")).toBe(`${file.length}`);
	expect(file.subarray(0, 4).toString()).toBe("PAR1");
	expect(file.subarray(-4).toString()).toBe("PAR1");
});

test("reports an empty result, and sends only the header", async () => {
	const response = await get("?types=gift");
	expect(response.headers.get("x-livekeeper-empty")).toBe("true");
	expect((await response.text()).split("\r\n")).toHaveLength(2);
	// A kept room without events.
	expect((await get("", "2002")).headers.get("x-livekeeper-empty")).toBe("true");
});

test.each([
	["?format=docx", "invalid_request", /csv, xlsx, jsonl, parquet, xml, ass/],
	["?format=", "invalid_request", /csv, xlsx, jsonl, parquet, xml, ass/],
	["?format=csv&format=jsonl", "invalid_request", /csv, xlsx, jsonl, parquet, xml, ass/],
	["?format=xlsx&tz=Mars/Olympus", "invalid_request", /tz: expected a time zone such as Asia\/Shanghai/],
	["?format=ass&table=gifts", "invalid_request", /ass holds the messages of one room/],
	["?format=xml&offset=soon", "invalid_request", /offset: expected a number of seconds/],
	["?table=people", "invalid_request", /table: .*events/],
	["?types=chat,dance", "invalid_request", /no such type: dance; the types are chat, /],
	["?from=yesterday", "invalid_request", /'yesterday' is not a time: give 2026-01-31/],
	["?to=1767225600", "invalid_request", /1767225600000/],
	["?from=1h&to=2h", "invalid_request", /`from` must be earlier than `to`/],
])("refuses %s, and names the allowed values", async (query, code, message) => {
	const response = await get(query);
	expect(response.status).toBe(400);
	expect(await response.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) } });
});

test("knows only rooms that are logged or kept", async () => {
	const response = await get("?format=parquet", "3003");
	expect(response.status).toBe(404);
	expect(await response.json()).toMatchObject({ success: false, error: { code: "room_not_found" } });
	expect((await get("", "../x")).status).toBe(400);
});

test("answers with an error if the log fails at first", async () => {
	log.onRead = () => {
		throw new Error("disk on fire");
	};
	expect((await get()).status).toBe(500);
});

test("aborts the response on a failure halfway", async () => {
	log.events = eventsOf(...Array.from({ length: 5000 }, (_, i) => chat(i + 1, "x")));
	log.onRead = (n) => {
		if (n === 4) throw new Error("disk on fire");
	};
	await expect(get("?format=jsonl").then((response) => response.text())).rejects.toThrow();
	expect(service.exporter.running).toBe(0);
});

test("stops the work when its client leaves", async () => {
	log.events = eventsOf(...Array.from({ length: 60_000 }, (_, i) => chat(i + 1, "很长的一句话，".repeat(20))));
	const client = request(`${service.url}/api/v1/rooms/1001/export?format=jsonl`).end();
	const [response] = await once(client, "response");
	response.once("data", () => client.destroy());
	await until(() => service.exporter.running === 0);
	expect(log.reads).toBeLessThan(55);
	expect(faults()).toEqual([]);
});

test("exports nothing after the client left during the lookup", async () => {
	const client = request(`${service.url}/api/v1/rooms/1001/export?format=parquet`).end();
	client.on("error", () => undefined);
	const left = new Promise<void>((resolve) => {
		service.app.server.once("request", (_request, answer) => answer.once("close", resolve));
	});
	const lookedFor = vi.spyOn(log, "lastSeq").mockImplementationOnce(async () => {
		client.destroy();
		await left;
		return 3;
	});
	await until(() => lookedFor.mock.settledResults[0]?.type === "fulfilled");
	await new Promise((resolve) => setImmediate(resolve));
	expect([log.reads, service.exporter.running]).toEqual([0, 0]);
	expect(faults()).toEqual([]);
});

test("stops making Parquet when its client leaves", async () => {
	log.events = eventsOf(...Array.from({ length: 5000 }, (_, i) => chat(i + 1, "x")));
	const client = request(`${service.url}/api/v1/rooms/1001/export?format=parquet`).end();
	client.on("error", () => undefined);
	const left = new Promise<void>((resolve) => {
		service.app.server.once("request", (_request, answer) => answer.once("close", resolve));
	});
	log.onRead = async (n) => {
		if (n !== 2) return;
		client.destroy();
		await left;
	};
	await until(() => log.reads >= 2);
	await until(() => service.exporter.running === 0);
	expect(log.reads).toBeLessThanOrEqual(3);
	expect(faults()).toEqual([]);
});

test("sends Excel CSV and givers in the requested language", async () => {
	log.events = eventsOf(event(1, "gift", { user: someone, giftId: "1", delta: 2, diamonds: 4 }));
	const response = await get("?table=givers&for=excel&lang=zh&tz=Asia/Shanghai");
	expect(response.headers.get("content-disposition")).toBe(
		"attachment; filename=\"1001 ____.csv\"; filename*=UTF-8''1001%20%E9%80%81%E7%A4%BC%E7%9A%84%E4%BA%BA.csv",
	);
	const [heading, row] = (await response.text()).split("\r\n");
	expect(heading).toBe("直播间,用户 ID,用户主页 ID,昵称,等级,计入数量,抖币,最早,最近,抖音号");
	expect(row).toMatch(/小明,12,2,4,2026-01-01 08:00:01,2026-01-01 08:00:01,20260131$/);
});

test("sends several known rooms as one file", async () => {
	const several = (query: string) => fetch(`${service.url}/api/v1/export?${query}`);
	const response = await several("rooms=1001,%202002,1001&format=jsonl");
	expect(response.headers.get("content-disposition")).toBe('attachment; filename="2-rooms-all.jsonl"');
	expect(response.headers.has("x-livekeeper-last-seq")).toBe(false);
	expect((await response.text()).split("\n")).toHaveLength(4);
	for (const [query, status, message] of [
		["rooms=1001,3003", 404, /3003/],
		["rooms=1001,2002&format=xml", 400, /xml holds the messages of one room/],
		["rooms=", 400, /expected at most 100 room numbers/],
		["rooms=1001,../x", 400, /rooms: /],
	] as const) {
		const refused = await several(query);
		expect([refused.status, ((await refused.json()) as { error: { message: string } }).error.message]).toEqual([
			status,
			expect.stringMatching(message),
		]);
	}
});

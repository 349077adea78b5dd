import { expect, test } from "vitest";
import { createLogger, type LogOptions } from "./log.ts";
import type { LogLines } from "./text/index.ts";

const eventLines: LogLines = {
	en: {
		room_added: ({ live_id }) => `Connecting to room ${live_id}`,
		room_stopped: ({ live_id }) => `Stopped room ${live_id}`,
		upkeep_failed: "Maintenance of the event database failed; retrying",
	},
	zh: {
		room_stopped: ({ live_id }) => `【√】已停止直播间 ${live_id}`,
		upkeep_failed: "【!】事件数据库维护失败，将重试",
	},
};

function capture(options: Partial<LogOptions> = {}) {
	const lines: string[] = [];
	const destination = { write: (line: string) => void lines.push(line) };
	const log = createLogger({
		level: "info",
		format: "json",
		lines: eventLines,
		destination,
		terminal: false,
		...options,
	});
	return { log, lines };
}

test("writes JSON with level, ISO time and fields off terminals", () => {
	const { log, lines } = capture({ format: "auto" });
	log.warn({ live_id: "1001" }, "【!】直播间");
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({
		level: "warn",
		time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
		live_id: "1001",
		msg: "【!】直播间",
	});
});

test("writes an event's line, preceded by other words", () => {
	const { log, lines } = capture();
	log.info({ event: "room_stopped", live_id: "1001" });
	log.child({ reqId: 7 }).warn({ event: "room_stopped", live_id: "1001" }, "别的话");
	log.info({ event: "nothing_known" });
	expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["【√】已停止直播间 1001", "别的话", undefined]);
});

test("writes time and message on a terminal", () => {
	const { log, lines } = capture({ format: "auto", terminal: true });
	log.info({ live_id: "1001" }, "【√】开始连接直播间 1001");
	// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is stripped
	expect(lines.join("").replace(/\u001b\[\d+m/g, "")).toMatch(/^\[\d\d:\d\d:\d\d\]: 【√】开始连接直播间 1001\n$/);
});

test("names the room once on a terminal", () => {
	const { log, lines } = capture({ format: "pretty" });
	log.info({ live_id: "1001" }, "【√】WebSocket连接成功，开始接收直播间消息");
	log.info({ live_id: "1001" }, "【√】开始连接直播间 1001");
	expect(lines[0]).toContain("【√】WebSocket连接成功，开始接收直播间消息（直播间 1001）\n");
	expect(lines[1]).toMatch(/直播间 1001\n$/);
});

test("colours a warning on a terminal and shows its fields", () => {
	const { log, lines } = capture({ format: "pretty", terminal: true });
	log.warn({ live_id: "1001", reason: "silence" }, "【!】断开");
	expect(lines.join("")).toContain("\u001b[33m【!】断开（直播间 1001）\u001b[");
	expect(lines.join("")).toContain("silence");
});

test("writes an error with its stack", () => {
	const { log, lines } = capture({ format: "pretty" });
	log.error({ err: new Error("broken pipe") }, "failed");
	expect(lines.join("")).toContain("broken pipe");
	expect(lines.join("")).toContain("log.test.ts");
});

test.each(["json", "pretty"] as const)("hides secrets by field and by text (%s)", (format) => {
	const { log, lines } = capture({ format, secrets: ["top-secret-key", 'quo"ted-secret'] });
	log.info({ cookie: "sessionid=abc", options: { proxy: "http://me:pw@h", apiKey: "k-123" } }, "one");
	log.info({ req: { headers: { authorization: "Bearer k-123", cookie: "sessionid=abc" } } }, "two");
	log.error({ err: new Error("via http://me:pw@10.0.0.1:8080 with top-secret-key") }, "three");
	log.info({ text: 'quo"ted-secret' }, "four socks5://me:pw@h");
	const text = lines.join("");
	for (const secret of ["sessionid", "me:pw", "k-123", "top-secret", "ted-secret"]) expect(text).not.toContain(secret);
	expect(text).toContain("10.0.0.1:8080");
});

test("removes escape sequences from upstream text", () => {
	const { log, lines } = capture({ format: "pretty" });
	log.warn({ said: "\u001b]0;owned\u0007" }, "refused: \u001b[2J\u202eBLOCKED");
	for (const hostile of ["\u001b", "\u0007", "\u202e"]) expect(lines.join("")).not.toContain(hostile);
	expect(lines.join("")).toContain("refused: [2JBLOCKED");
});

test("drops lines below the level", () => {
	const { log, lines } = capture({ level: "warn" });
	log.info("quiet");
	expect(lines).toEqual([]);
});

test.each([
	"/ws/1001?api_key=guess-123456",
	"/ws/1001?after=0&api%5Fkey=guess-123456",
	"/ws/1001?%61pi_key=guess-123456#x",
	"/ws/1001?api%255Fkey=guess-123456",
	"/ws/1001?apikey=guess-123456&%zz",
	"/ws/1001?token=lko_guess-123456&%74oken=guess-123456",
])("logs only the path of a request's address: %s", (url) => {
	const { log, lines } = capture();
	log.info({ req: { method: "GET", url, ip: "127.0.0.1" } }, "refused");
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ req: { method: "GET", url: "/ws/1001", ip: "127.0.0.1" } });
	expect(lines.join("")).not.toContain("guess");
});

test.each(["json", "pretty"] as const)("hides an overlay token's secret everywhere (%s)", (format) => {
	const { log, lines } = capture({ format });
	const random = "kB0yNn3Tq7Zt1s5X-9vR2uW4aE6dG8hJ0lM3pQ5rS7tU";
	log.error({ text: `lko_${random}` }, `There is no GET /x/lko_${random}/y`);
	log.warn({ text: `lko%5F${random}`, list: [`LKO%255f${random}`] }, "and encoded");
	expect(lines).toHaveLength(2);
	expect(lines.join("")).toContain("There is no GET /x/[hidden]/y");
	expect(lines.join("")).not.toContain(random.slice(0, 8));
});

test.each(["json", "pretty"] as const)("hides a percent-encoded secret (%s)", (format) => {
	const { log, lines } = capture({ format, secrets: ["top/secret+key"] });
	const everyByte = Buffer.from("top/secret+key").toString("hex").replace(/../g, "%$&");
	for (const text of [
		"top%2Fsecret%2Bkey",
		"top%2fsecret+key",
		"t%6Fp/secret+key",
		everyByte,
		"top%252Fsecret%252Bkey",
	]) {
		log.error({ text }, `no such thing as /x?${text}`);
	}
	expect(lines).toHaveLength(5);
	expect(lines.join("")).not.toMatch(/top|secret|key|%74/i);
});

test("writes English lines on request", () => {
	const lines: string[] = [];
	const log = createLogger({
		level: "info",
		format: "json",
		lines: eventLines,
		language: "en",
		destination: { write: (line) => void lines.push(line) },
	});
	log.info({ event: "room_added", live_id: "1001" }, "【√】开始连接直播间 1001");
	log.info({ event: "room_stopped", live_id: "1001" });
	log.warn({ event: "upkeep_failed" });
	log.info({ event: "something_new" }, "【√】新的");
	const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
	expect(messages).toEqual([
		"Connecting to room 1001",
		"Stopped room 1001",
		"Maintenance of the event database failed; retrying",
		"Something new",
	]);
});

test.each([
	["en", "the disk is full", "Maintenance of the event database failed; retrying"],
	["zh", "磁盘已满", "【!】事件数据库维护失败，将重试"],
] as const)("writes texts among fields in the log's language (%s)", (language, detail, msg) => {
	const { log, lines } = capture({ language });
	const text = { en: "the disk is full", zh: "磁盘已满" };
	log.child({ reqId: 7 }).warn({ event: "upkeep_failed", detail: text, evidence: [text, "E1"], rooms: [3] });
	expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg, detail, evidence: [detail, "E1"], rooms: [3] });
});

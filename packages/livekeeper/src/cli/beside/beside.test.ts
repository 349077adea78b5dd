import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LivekeeperClient, type LivekeeperClientOptions } from "@livekeeper/client";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ask, connectRoom, startTestService, type TestService } from "../../service/service.helpers.ts";
import { type BesideOptions, clockAheadMs, runBeside } from "./beside.ts";

let service: TestService;
/** The command's own clock: advancing the service's takes long. */
let clock: ManualClock;
/** By how much the service's clock is ahead of it, ms. */
let serviceAheadMs: number;
let folder: string;
let lines: { out: string[]; err: string[] };
/** Number of commands that run. */
let running: number;

beforeEach(async () => {
	// Files have real times.
	service = await startTestService({}, Date.now());
	service.upstream.page = (liveId) => ({
		...live("r1", liveId),
		anchor: { id: "1", secUid: "", nickname: "灯塔本人", avatar: "" },
	});
	await connectRoom(service);
	clock = new ManualClock(Date.now());
	serviceAheadMs = 0;
	folder = temporaryFolder();
	lines = { out: [], err: [] };
	running = 0;
});

function clientOf(options: Partial<LivekeeperClientOptions> = {}): BesideOptions["client"] {
	const client = new LivekeeperClient({ url: service.url, lang: "zh", ...options });
	const recordings: BesideOptions["client"]["recordings"] = async (options) => {
		return { ...(await client.recordings(options)), now: clock.now() + serviceAheadMs };
	};
	return { rooms: client.rooms, room: (liveId) => client.room(liveId), recordings };
}

/** Starts the command; `end` stops it, as Ctrl-C does. */
function watch(options: Partial<BesideOptions> = {}) {
	const stop = new AbortController();
	running++;
	const ended = runBeside({
		client: clientOf(),
		...{ folder, format: "xml", rooms: new Map(), offset: 0, once: false, signal: stop.signal },
		...{ closedAfterMs: 6_000, segmentMs: 1_800_000, clock },
		io: {
			out: (line) => void lines.out.push(line),
			err: (line) => void lines.err.push(line),
			paint: (_style, text) => text,
			language: "en",
		},
		...options,
	}).finally(() => {
		running--;
	});
	const end = async () => {
		stop.abort();
		await ended;
	};
	onTestFinished(() => end().catch(() => undefined));
	return { end, ended };
}

const pad = (value: number) => String(value).padStart(2, "0");
/** Formats a moment as DouyinLiveRecorder does, in local time. */
function named(ms: number): string {
	const at = new Date(ms);
	const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(pad).join("-");
	return `${day}_${[at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join("-")}`;
}

/** Writes a file; it was last written at `to`, ms since the epoch. */
function write(path: string, to: number, content = "video"): string {
	const file = join(folder, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, content, { flag: "a" });
	utimesSync(file, to / 1000, to / 1000);
	return file;
}

/** Stores messages of the room with these times, ms since the epoch. */
async function say(...times: number[]): Promise<void> {
	const before = await lastSeq();
	service.upstream.last.frame(times.map((at) => chat(at, { content: `m${at}` } as Partial<UpstreamEvent>)));
	await service.until(async () => expect(await lastSeq()).toBe(before + times.length));
}

const lastSeq = async () => (await ask(service, "GET", "/api/v1/rooms/1001/events?limit=1")).body.last_seq as number;
const read = (path: string) => readFileSync(join(folder, path), "utf8");
/** Returns the times of a file's messages, s, by their texts. */
const timesIn = (path: string) =>
	Object.fromEntries(
		[...read(path).matchAll(/<d p="([\d.]+),[^>]*>([^<]*)</g)].map(([, s, text]) => [text, Number(s)]),
	);
/** Lets the command look until the assertion holds. @throws its last error after a while */
async function until(assertion: () => unknown): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		await idle(500);
		try {
			return void (await assertion());
		} catch (error) {
			if (attempt === 400) throw error;
		}
	}
}

/** Lets the command look again and again for a while. */
async function idle(ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += 500) {
		await clock.advance(500);
		// Requests and files take real time; a command that has looked waits on the clock.
		await vi.waitFor(() => expect(running === 0 || clock.pendingTimers > 0).toBe(true), { interval: 2 });
	}
}
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000 - seconds) * 1000;

test("writes a danmaku file beside a video that stopped growing", async () => {
	const start = secondsAgo(600);
	await say(start - 1_000, start + 250, start + 299_000, start + 301_000);
	const name = `抖音直播/灯塔本人/灯塔本人_${named(start)}`;
	write(`${name}.ts`, start + 300_000);
	watch();
	await until(() => expect(existsSync(join(folder, `${name}.xml`))).toBe(true));
	expect(timesIn(`${name}.xml`)).toEqual({ [`m${start + 250}`]: 0.25, [`m${start + 299_000}`]: 299 });
	expect(lines.out.join("\n")).toContain(`${name}.xml`);
	expect(lines.err).toEqual([]);
});

test("rewrites the file of a video that grows again", async () => {
	const start = secondsAgo(30);
	const name = `灯塔本人_${named(start)}`;
	watch({ format: "ass" });
	// A video that it finds at first, and that was written long ago, is closed.
	await idle(500);
	await say(start + 1_000);
	for (let second = 0; second < 16; second += 2) {
		write(`${name}.flv`, start + 2_000 + second * 1_000);
		await idle(2_000);
	}
	expect(existsSync(join(folder, `${name}.ass`))).toBe(false);
	await until(() => expect(read(`${name}.ass`).match(/Dialogue/g)).toHaveLength(1));
	await say(start + 25_000);
	write(`${name}.flv`, Date.now() + 1_000);
	await until(() => expect(read(`${name}.ass`).match(/Dialogue/g)).toHaveLength(2));
});

test("follows segments, and closes one when the next begins", async () => {
	const start = secondsAgo(600);
	const name = (segment: number) => `灯塔本人_${named(start)}_00${segment}`;
	watch({ closedAfterMs: 3_600_000 });
	write(`${name(0)}.ts`, Date.now());
	await say(start + 300_000);
	await idle(4_000);
	expect(readdirSync(folder)).toHaveLength(1);
	// It grows like a segment, so it begins where its file was created.
	write(`${name(1)}.ts`, Date.now() + 3_600_000);
	await until(() => expect(existsSync(join(folder, `${name(0)}.xml`))).toBe(true));
	expect(existsSync(join(folder, `${name(1)}.xml`))).toBe(false);
});

test("follows conversions and renames without writing again", async () => {
	const start = secondsAgo(900);
	await say(start + 1_000, start + 2_000);
	const name = `灯塔本人_${named(start)}`;
	write(`${name}.flv.part`, start + 300_000);
	const running = watch({ closedAfterMs: 3_600_000 });
	await idle(10_000);
	expect(readdirSync(folder)).toHaveLength(1);
	renameSync(join(folder, `${name}.flv.part`), join(folder, `${name}.flv`));
	await until(() => expect(Object.keys(timesIn(`${name}.xml`))).toHaveLength(2));
	write(`${name}.mp4`, Date.now(), "converted");
	rmSync(join(folder, `${name}.flv`));
	await idle(20_000);
	expect(lines.out).toHaveLength(1);
	// The danmaku file follows a renamed video.
	renameSync(join(folder, `${name}.mp4`), join(folder, `灯塔本人 ${named(start)} 新标题.mp4`));
	await until(() =>
		expect(readdirSync(folder).toSorted()).toEqual(
			[`灯塔本人 ${named(start)} 新标题.mp4`, `灯塔本人 ${named(start)} 新标题.xml`].toSorted(),
		),
	);
	await running.end();
	watch();
	await idle(10_000);
	expect(lines.out.filter((line) => line.startsWith("✓"))).toHaveLength(1);
});

test("replaces only its own files, also after a restart", async () => {
	const start = secondsAgo(900);
	await say(start + 1_000, start + 100_000);
	const [first, second] = [`灯塔本人_${named(start)}`, `灯塔本人_${named(start + 60_000)}`];
	write(`${first}.ts`, start + 50_000);
	write(`${first}.xml`, start + 20_000, "<i><d>the recorder's</d></i>");
	write(`${second}.ts`, start + 120_000);
	const once = watch({ once: true });
	await until(() => expect(lines.err.join()).toContain("was not written by livekeeper"));
	await once.ended;
	expect(read(`${first}.xml`)).toBe("<i><d>the recorder's</d></i>");
	expect(Object.values(timesIn(`${second}.xml`))).toEqual([40]);
	// The command ended while the video was still being recorded.
	const later = Date.now() + 60_000;
	await say(start + 119_000);
	write(`${second}.ts`, later);
	const again = watch({ once: true, closedAfterMs: 0 });
	await until(() => expect(Object.values(timesIn(`${second}.xml`))).toEqual([40, 59]));
	await again.ended;
});

test("takes start, end and room from webhooks", async () => {
	const start = secondsAgo(600);
	await say(start + 5_000, start + 100_000, start + 250_000);
	const name = `别人/2 ${named(start)}`;
	write(`${name}.flv`, Date.now());
	watch({ closedAfterMs: 3_600_000 });
	await idle(6_000);
	const opening = { event: "FileOpening", filePath: `D:\\rec\\${name.replace("/", "\\")}.flv`, roomId: 1001 };
	const post = (body: object) => ask(service, "POST", "/api/v1/recordings", body);
	await post({ ...opening, time: new Date(start + 4_500).toISOString() });
	// A path that leads elsewhere fits no file.
	await post({ event: "FileClosed", filePath: "/etc/passwd", roomId: 1001 });
	await post({
		EventType: "FileClosed",
		EventTimestamp: new Date(start + 200_000).toISOString(),
		EventData: { RoomId: 1001, RelativePath: `${name}.flv`, Name: "别人" },
	});
	await until(() => expect(existsSync(join(folder, `${name}.xml`))).toBe(true));
	expect(timesIn(`${name}.xml`)).toEqual({ [`m${start + 5_000}`]: 0.5, [`m${start + 100_000}`]: 95.5 });
});

test("places messages by the recorder's clock where clocks differ", async () => {
	const start = secondsAgo(600);
	// Douyin's clock is 90 s ahead of the service's, whose clock is 20 s behind the recorder's.
	const shown = start + 5_000;
	const event = chat(shown - 20_000 + 90_000, {
		receivedAt: shown - 20_000 + 300,
		content: "a",
	} as Partial<UpstreamEvent>);
	service.upstream.last.frame([event]);
	await service.until(async () => expect(await lastSeq()).toBe(3));
	serviceAheadMs = -20_000;
	write(`灯塔本人_${named(start)}.ts`, start + 60_000);
	watch();
	await until(() => expect(timesIn(`灯塔本人_${named(start)}.xml`)).toEqual({ a: expect.closeTo(5, 0) }));
});

test("shows a gap that outlasts the video as a line", async () => {
	const gaps = "/api/v1/rooms/1001/events?types=gap";
	await say(service.clock.now() - 10_000);
	service.upstream.last.fail(new Error("cut"));
	await service.until(() => expect(service.live.getRoom("1001")?.state).toBe("reconnecting"));
	const cutAt = service.clock.now();
	const video = `灯塔本人_${named(cutAt - 30_000)}`;
	watch();
	await idle(3_000);
	write(`${video}.ts`, cutAt + 1_000);
	await idle(20_000);
	// The gap is not known before the room is connected again.
	expect(existsSync(join(folder, `${video}.xml`))).toBe(false);
	await service.clock.advance(2_000);
	await service.until(() => expect(service.upstream.openSessions).toHaveLength(1));
	service.upstream.last.open(false);
	service.upstream.last.frame([chat(service.clock.now())]);
	await service.until(async () => expect((await ask(service, "GET", gaps)).body.events).toHaveLength(1));
	await until(() => expect(read(`${video}.xml`)).toContain("[livekeeper] 可能缺失"));
});

test("reports each problem once, with what to do", async () => {
	const start = secondsAgo(600);
	await say(start + 5_000);
	write(`别人_${named(start)}.ts`, start + 100_000);
	write(`灯塔本人_${named(start - 86_400_000)}.ts`, start - 86_300_000);
	write(`灯塔本人_${named(start + 7_200_000)}.ts`, start + 60_000);
	write("假日.mp4", start);
	const { ended } = watch({ once: true });
	await until(() => expect(lines.err).toHaveLength(4));
	await ended;
	expect(lines.err.join("\n")).toMatch(/假日\.mp4/);
	expect(lines.err.join("\n")).toMatch(/别人_.*--room <name>=<room>/);
	expect(lines.err.join("\n")).toMatch(/no messages of room 1001/);
	expect(lines.err.join("\n")).toMatch(/--time-zone/);
	const mapped = watch({ once: true, rooms: new Map([["别人", "1001"]]) });
	await until(() => expect(existsSync(join(folder, `别人_${named(start)}.xml`))).toBe(true));
	await mapped.ended;
});

test("waits out a service that does not answer", async () => {
	const start = secondsAgo(600);
	await say(start + 5_000);
	let fails = false;
	const refusing: typeof fetch = (input, init) => {
		return fails ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init);
	};
	watch({ client: clientOf({ fetch: refusing }) });
	await idle(4_000);
	fails = true;
	write(`灯塔本人_${named(start)}.ts`, start + 100_000);
	await until(() => expect(lines.err).toHaveLength(1));
	await idle(8_000);
	expect(lines.err).toHaveLength(1);
	fails = false;
	await until(() => expect(existsSync(join(folder, `灯塔本人_${named(start)}.xml`))).toBe(true));
});

test.each([1, 2, 3])("ends with a word when stopped in request %i", async (stopsIn) => {
	const client = clientOf();
	let requests = 0;
	const { end, ended } = watch({
		client: {
			...client,
			recordings: (options) => {
				if (++requests === stopsIn) setImmediate(() => void end().catch(() => undefined));
				return client.recordings(options);
			},
		},
	});
	await until(() => expect(running).toBe(0));
	await ended;
	expect(lines).toEqual({ out: ["Stopped"], err: [] });
});

test("ends with a word when stopped between two passes", async () => {
	const { end } = watch();
	await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
	await end();
	expect(lines).toEqual({ out: ["Stopped"], err: [] });
});

test("fails if the service can't be reached at first", async () => {
	const client = clientOf({ url: "http://127.0.0.1:1" });
	await expect(watch({ client }).ended).rejects.toMatchObject({ code: "unreachable" });
});

test("recognises clocks that differ, but not late messages", () => {
	const events = (...ways: number[]) =>
		ways.map((way) => ({ at: 1_000_000, received_at: 1_000_000 + way, method: "WebcastChatMessage" }));
	expect(clockAheadMs(events(300, 800, 2_000, 40_000))).toBe(0);
	expect(clockAheadMs(events(...Array<number>(90).fill(60_000), 400, 500, 600))).toBe(0);
	expect(clockAheadMs(events(60_300, 60_900, 61_000))).toBe(60_000);
	expect(clockAheadMs(events(-59_700, -50_000))).toBe(-60_000);
	expect(clockAheadMs([])).toBe(0);
});

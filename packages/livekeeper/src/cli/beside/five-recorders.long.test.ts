import {
	appendFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	type Stats,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LivekeeperClient } from "@livekeeper/client";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { SaxesParser } from "saxes";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, connectRoom, startTestService, type TestService } from "../../service/service.helpers.ts";
import { type BesideOptions, runBeside } from "./beside.ts";

const segments = 4;
/** Not whole seconds, as a recorder cuts at key frames, ms. */
const lengthMs = 60_350;
/** Time by which a stalled stream makes the second segment longer, so that its number alone no longer places the next, ms. */
const stallMs = 4_000;
const writesEveryMs = 5_000;
/** Time from a recorder's name for a file until the first data arrives and it creates the file, ms. */
const openingMs = 1_700;
/** Time that a conversion or a rename takes after the end of a segment, ms. */
const finishingMs = 4_000;
/** Messages of each segment, ms after its beginning: also right after the beginning and right before the end. */
const saidAfterMs = [1, 400, 20_100, 40_600, lengthMs - 1_400, lengthMs - 400, lengthMs - 2];

const pad = (value: number, length = 2) => String(value).padStart(length, "0");
/** Formats a local time with the recorder's separators. */
function local(ms: number, between: string, inTime: string): string {
	const at = new Date(ms);
	const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join("-");
	return `${day}${between}${[at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => pad(part)).join(inTime)}`;
}

interface Recorder {
	liveId: string;
	anchor: string;
	/** Returns the path of a segment. @param begunMs start of the recording @param now start of the segment */
	path: (begunMs: number, now: number, segment: number) => string;
	/** Whether it opens each segment like a recording of its own, instead of cutting one stream. */
	reopens?: true;
	/** Handles a complete segment. */
	finish?: (file: string, disk: Disk) => void;
}

const recorders: Record<string, Recorder> = {
	DouyinLiveRecorder: {
		...{ liveId: "1001", anchor: "灯塔~本人" },
		path: (begun, _, n) => `抖音直播/灯塔_本人/灯塔_本人_${local(begun, "_", "-")}_${pad(n, 3)}.ts`,
		// It converts, and deletes the original.
		finish: (file, disk) => {
			disk.create(file.replace(/ts$/, "mp4"));
			rmSync(file);
		},
	},
	StreamCap: {
		...{ liveId: "1002", anchor: "小 明" },
		path: (begun, _, n) => `抖音/小_明/小_明_今晚_唱歌_${local(begun, "_", "-")}_${pad(n, 3)}.ts`,
	},
	"bililive-go": {
		...{ liveId: "1003", anchor: "阿强🎤", reopens: true },
		path: (_, now) => `抖音/阿强/[${local(now, " ", "-")}][阿强][今晚].flv`,
	},
	biliup: {
		...{ liveId: "1004", anchor: "Miss Li", reopens: true },
		path: (_, now) => `Miss Li${local(now, "T", "_")}.flv.part`,
		finish: (file) => renameSync(file, file.replace(/\.part$/, "")),
	},
	"biliLive-tools": {
		...{ liveId: "1005", anchor: "老王", reopens: true },
		path: (_, now) => `DouYin/老王/${local(now, " ", "-")}-${pad(now % 1000, 3)} 今晚.ts`,
	},
};

/** Files whose times are those of the clock: no disk lets a program set the time of creation. */
class Disk {
	readonly folder = temporaryFolder();
	readonly #clock: ManualClock;
	readonly #births = new Map<number, number>();

	constructor(clock: ManualClock) {
		this.#clock = clock;
	}

	create(file: string): void {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, "begin");
		this.#births.set(statSync(file).ino, this.#clock.now());
		this.#touch(file);
	}

	append(file: string): void {
		appendFileSync(file, "more");
		this.#touch(file);
	}

	readonly lstat = async (path: string): Promise<Stats> => {
		const stats = await lstat(path);
		return Object.assign(stats, { birthtimeMs: this.#births.get(stats.ino) ?? stats.birthtimeMs });
	};

	#touch(file: string): void {
		const seconds = this.#clock.now() / 1_000;
		utimesSync(file, seconds, seconds);
	}
}

interface Due {
	/** ms since the epoch. */
	at: number;
	act: () => unknown;
}

/**
 * Plans a recording of several segments, and what viewers say meanwhile.
 * @returns what happens, and each segment's stem with its beginning, ms since the epoch
 */
function planned(recorder: Recorder, begunMs: number, disk: Disk, say: (liveId: string, at: number) => unknown) {
	const due: Due[] = [];
	const starts = new Map<string, number>();
	let named = begunMs;
	for (let segment = 0; segment < segments; segment++) {
		const path = recorder.path(begunMs, named, segment);
		const file = join(disk.folder, path);
		const start = segment === 0 || recorder.reopens ? named + openingMs : named;
		const end = start + lengthMs + (segment === 1 ? stallMs : 0);
		starts.set(path.replace(/\.(?:ts|flv\.part|flv)$/, ""), start);
		due.push({ at: start, act: () => disk.create(file) });
		for (const afterMs of saidAfterMs) {
			due.push({ at: start + afterMs, act: () => say(recorder.liveId, start + afterMs) });
		}
		for (let at = start + writesEveryMs; at < end; at += writesEveryMs) due.push({ at, act: () => disk.append(file) });
		// A stream that is cut and not closed may have stalled right before: its last messages are still the segment's.
		const isCut = !recorder.reopens && segment < segments - 1;
		if (!isCut) due.push({ at: end - 1, act: () => disk.append(file) });
		due.push({ at: end + finishingMs, act: () => recorder.finish?.(file, disk) });
		named = end;
	}
	return { due, starts };
}

async function startRooms(now: number): Promise<TestService> {
	const byLiveId = new Map(Object.values(recorders).map((one) => [one.liveId, one]));
	const service = await startTestService({ startsPerSecond: "100" }, now);
	service.upstream.page = (liveId) => ({
		...live(`r${liveId}`, liveId),
		anchor: { id: liveId, secUid: "", nickname: byLiveId.get(liveId)?.anchor ?? "", avatar: "" },
	});
	for (const liveId of byLiveId.keys()) await connectRoom(service, liveId);
	return service;
}

/** Runs the command on a clock of its own. */
function watch(service: TestService, clock: ManualClock, { folder, lstat }: Disk) {
	const stop = new AbortController();
	const lines: Record<"out" | "err", string[]> = { out: [], err: [] };
	const client = new LivekeeperClient({ url: service.url });
	const recordings: BesideOptions["client"]["recordings"] = async (options) => {
		return { ...(await client.recordings(options)), now: clock.now() };
	};
	const ended = runBeside({
		...{ folder, lstat, client: { rooms: client.rooms, room: (liveId) => client.room(liveId), recordings } },
		...{ clock, format: "xml", rooms: new Map(), offset: 0, once: false, closedAfterMs: 60_000, segmentMs: 1_800_000 },
		io: {
			out: (line) => void lines.out.push(line),
			err: (line) => void lines.err.push(line),
			paint: (_, text) => text,
			language: "en",
		},
		signal: stop.signal,
	});
	onTestFinished(async () => {
		stop.abort();
		await ended;
	});
	/** Moves the clock, and lets the command finish each look at the folder. */
	const moveTo = async (at: number) => {
		const hasLooked = () => vi.waitFor(() => expect(clock.pendingTimers).toBeGreaterThan(0), { interval: 1 });
		await hasLooked();
		while (clock.now() < at) {
			await clock.advance(Math.min(at - clock.now(), clock.nextDueInMs ?? 0));
			await hasLooked();
		}
	};
	return { lines, moveTo };
}

/** Returns the messages of a file, which must be well-formed. */
function messagesIn(file: string): { seconds: number; at: number }[] {
	const found: { seconds: number; at: number }[] = [];
	let seconds = Number.NaN;
	const parser = new SaxesParser();
	parser.on("error", (error) => {
		throw error;
	});
	parser.on("opentag", ({ name, attributes }) => {
		seconds = name === "d" ? Number(attributes["p"]?.split(",")[0]) : Number.NaN;
	});
	parser.on("text", (text) => {
		if (seconds >= 0 && /^\d{13}$/.test(text)) found.push({ seconds, at: Number(text) });
	});
	parser.write(readFileSync(file, "utf8")).close();
	return found;
}

test("writes a file beside each segment of five recorders", async () => {
	// Danmaku files get real times: those of the recordings must be later, as they are for a file that has grown.
	const begunMs = Date.now() + 60_250;
	const clock = new ManualClock(begunMs - 5_000);
	const disk = new Disk(clock);
	const service = await startRooms(clock.now());
	const say = async (liveId: string, at: number) => {
		const path = `/api/v1/rooms/${liveId}/events?limit=1`;
		const lastSeq = async () => (await ask(service, "GET", path)).body.last_seq as number;
		const before = await lastSeq();
		const overrides = { liveId, roomId: `r${liveId}`, content: String(at) } as Partial<UpstreamEvent>;
		service.upstream.openSessions.find(({ request }) => request.liveId === liveId)?.frame([chat(at, overrides)]);
		await service.until(async () => expect(await lastSeq()).toBe(before + 1));
	};
	const { lines, moveTo } = watch(service, clock, disk);
	const plans = Object.values(recorders).map((recorder, n) => planned(recorder, begunMs + n * 130, disk, say));
	for (const { at, act } of plans.flatMap(({ due }) => due).sort((a, b) => a.at - b.at)) {
		await moveTo(at);
		await act();
	}
	await moveTo(clock.now() + 90_000);
	expect(lines.err).toEqual([]);
	const starts = plans.flatMap((plan) => [...plan.starts]);
	const files = readdirSync(disk.folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".xml"));
	expect(files.map((path) => path.replace(/\.xml$/, "")).sort()).toEqual(starts.map(([stem]) => stem).sort());
	for (const [stem, start] of starts) {
		const due = saidAfterMs.map((afterMs) => ({ seconds: expect.closeTo(afterMs / 1_000, 2), at: start + afterMs }));
		expect(messagesIn(join(disk.folder, `${stem}.xml`)), stem).toEqual(due);
	}
	expect(lines.out).toHaveLength(starts.length);
});

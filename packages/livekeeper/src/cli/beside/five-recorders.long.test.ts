import {
	appendFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LivekeeperClient } from "@livekeeper/client";
import { systemClock, type UpstreamEvent } from "@livekeeper/douyin";
import { chat, FakeUpstream, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { SaxesParser } from "saxes";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../../config.ts";
import { recordingLogger } from "../../recording-logger.helpers.ts";
import { startService } from "../../service.ts";
import { runBeside } from "./beside.ts";

const segments = 10;
const saidPerSegment = 8;

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
	/** Handles a complete segment. */
	finish?: (file: string) => void;
}

const recorders: Record<string, Recorder> = {
	DouyinLiveRecorder: {
		...{ liveId: "1001", anchor: "灯塔~本人" },
		path: (begun, _, n) => `抖音直播/灯塔_本人/灯塔_本人_${local(begun, "_", "-")}_${pad(n, 3)}.ts`,
		// It converts, and deletes the original.
		finish: (file) => {
			writeFileSync(file.replace(/ts$/, "mp4"), readFileSync(file));
			rmSync(file);
		},
	},
	StreamCap: {
		...{ liveId: "1002", anchor: "小 明" },
		path: (begun, _, n) => `抖音/小_明/小_明_今晚_唱歌_${local(begun, "_", "-")}_${pad(n, 3)}.ts`,
	},
	"bililive-go": {
		...{ liveId: "1003", anchor: "阿强🎤" },
		path: (_, now) => `抖音/阿强/[${local(now, " ", "-")}][阿强][今晚].flv`,
	},
	biliup: {
		...{ liveId: "1004", anchor: "Miss Li" },
		path: (_, now) => `Miss Li${local(now, "T", "_")}.flv.part`,
		finish: (file) => renameSync(file, file.replace(/\.part$/, "")),
	},
	"biliLive-tools": {
		...{ liveId: "1005", anchor: "老王" },
		path: (_, now) => `DouYin/老王/${local(now, " ", "-")}-${pad(now % 1000, 3)} 今晚.ts`,
	},
};

async function startRealService() {
	const upstream = new FakeUpstream(systemClock);
	const byLiveId = new Map(Object.values(recorders).map((one) => [one.liveId, one]));
	upstream.page = (liveId) => ({
		...live(`r${liveId}`, liveId),
		anchor: { id: liveId, secUid: "", nickname: byLiveId.get(liveId)?.anchor ?? "", avatar: "" },
	});
	upstream.onSession = (session) => {
		session.open();
		session.frame([]);
	};
	const dataDir = temporaryFolder();
	const flags = { port: "0", dataDir, lookupsPerMinute: "100000", startsPerSecond: "100" };
	const service = await startService(loadConfig({ cwd: dataDir, env: {}, flags }), {
		logger: recordingLogger().logger,
		startThread: inThisThread,
		upstreamFactory: () => upstream,
	});
	onTestFinished(() => service.stop());
	for (const liveId of byLiveId.keys()) await service.live.startLive(liveId);
	await expect
		.poll(() => [...byLiveId.keys()].filter((liveId) => service.live.getRoom(liveId)?.state === "connected"))
		.toHaveLength(byLiveId.size);
	return { service, upstream };
}

/**
 * Records ten segments, and lets viewers talk meanwhile.
 * @param passes returns how often the command has begun to look; a segment lasts until it has been seen growing, as one
 *   of half an hour would be
 * @returns each segment's stem, and when it began
 */
async function record(
	folder: string,
	recorder: Recorder,
	say: (liveId: string) => void,
	passes: () => number,
): Promise<Map<string, number>> {
	const begun = Date.now();
	const starts = new Map<string, number>();
	for (let segment = 0; segment < segments; segment++) {
		const path = recorder.path(begun, Date.now(), segment);
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, "begin");
		const { birthtimeMs } = statSync(file);
		starts.set(path.replace(/\.(?:ts|flv\.part|flv)$/, ""), birthtimeMs);
		const seenAt = passes() + 2;
		for (let said = 0; said < saidPerSegment || passes() < seenAt; said++) {
			say(recorder.liveId);
			await sleep(150);
			appendFileSync(file, "more");
		}
		recorder.finish?.(file);
	}
	return starts;
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
	const { service, upstream } = await startRealService();
	const folder = temporaryFolder();
	const stop = new AbortController();
	const problems: string[] = [];
	const client = new LivekeeperClient({ url: service.url });
	let passes = 0;
	const recordings: typeof client.recordings = (options) => {
		passes++;
		return client.recordings(options);
	};
	const counting = { rooms: client.rooms, room: (liveId: string) => client.room(liveId), recordings };
	const watching = runBeside({
		...{ folder, client: counting, format: "xml", rooms: new Map(), offset: 0 },
		...{ once: false, closedAfterMs: 4_000, segmentMs: 1_800_000, signal: stop.signal },
		io: { out: () => undefined, err: (line) => void problems.push(line), paint: (_, text) => text, language: "en" },
	});
	onTestFinished(async () => {
		stop.abort();
		await watching;
	});
	const said = new Map<string, number>();
	const say = (liveId: string) => {
		const session = upstream.openSessions.find(({ request }) => request.liveId === liveId);
		const at = Date.now();
		session?.frame([chat(at, { liveId, roomId: `r${liveId}`, content: String(at) } as Partial<UpstreamEvent>)]);
		said.set(liveId, (said.get(liveId) ?? 0) + 1);
	};
	const starts = await Promise.all(
		Object.values(recorders).map((recorder) => record(folder, recorder, say, () => passes)),
	);
	const all = starts.flatMap((one) => [...one]);
	expect(all).toHaveLength(50);
	await expect
		.poll(() => all.filter(([stem]) => !existsSync(join(folder, `${stem}.xml`))).map(([stem]) => stem))
		.toEqual([]);
	for (const [stem, start] of all) {
		// A stalled machine can let a file look complete too early; it is completed later.
		await expect.poll(() => messagesIn(join(folder, `${stem}.xml`)).length, { message: stem }).toBeGreaterThan(3);
		for (const { seconds, at } of messagesIn(join(folder, `${stem}.xml`))) {
			expect(Math.abs(seconds * 1_000 - (at - start)), stem).toBeLessThan(1_000);
		}
	}
	expect(problems).toEqual([]);
});

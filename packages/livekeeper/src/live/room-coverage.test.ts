import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	GiftCoverage,
	type LiveEvent,
	systemClock,
	type ViewersEvent,
	type WithheldInterval,
} from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { chat, gift, startMs, user } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Activities } from "./activity.ts";
import { withheldEvent } from "./room-coverage.ts";

let folder = "";
let log: EventLog;
let activities: Activities;
let reported: { roomId: string; interval: WithheldInterval }[] = [];
let counted = { diamondsSeen: 0, diamondsMissing: 0 };
/** Whether reports are written to the log, as the service does. */
let written = true;

async function open(): Promise<void> {
	log = await openSqliteEventLog({
		startThread: inThisThread,
		dataDir: folder,
		clock: systemClock,
		logger: pino({ level: "silent" }),
	});
	counted = { diamondsSeen: 0, diamondsMissing: 0 };
	reported = [];
	activities = new Activities(log, new ManualClock(startMs), {
		onWithheld: (liveId, roomId, interval) => {
			reported.push({ roomId, interval });
			if (written) log.append({ liveId, events: [withheldEvent(interval, { liveId, roomId, now: startMs })] });
		},
		onCounts: (_, { diamondsSeen, diamondsMissing }) => {
			counted.diamondsSeen += diamondsSeen;
			counted.diamondsMissing += diamondsMissing;
		},
		onOtherLogins: () => {
			counted = { diamondsSeen: 0, diamondsMissing: 0 };
		},
	});
	await activities.watch("room");
}

async function reopen(): Promise<void> {
	activities.close();
	await log.close();
	await open();
}

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "livekeeper-coverage-"));
	written = true;
	await open();
});
afterEach(async () => {
	activities.close();
	await log.close();
	await rm(folder, { recursive: true });
});

let n = 0;
/** Returns a ranking of top givers at a second of the broadcast. */
function viewers(second: number, score: number, more: Partial<ViewersEvent> = {}): LiveEvent {
	const { content: _, user: __, ...base } = chat(++n + 100_000);
	const at = startMs + second * 1_000;
	const top = [{ rank: 1, score: String(score), user: user(1) }];
	return { ...base, at, receivedAt: at, online: 9, total: 9, totalDisplay: "", top, ...more, type: "viewers" };
}
const given = (second: number, diamonds: number): LiveEvent =>
	gift(++n + 200_000, diamonds, { at: startMs + second * 1_000, receivedAt: startMs + second * 1_000, user: user(1) });

async function say(...events: LiveEvent[]): Promise<void> {
	for (const event of events) log.append({ liveId: "room", events: [event] });
	await log.flush();
	// Reports about these events are stored after them.
	await log.flush();
}

/** Returns the same score every five seconds. */
const still = (from: number, to: number, score: number): LiveEvent[] =>
	Array.from({ length: (to - from) / 5 + 1 }, (_, i) => viewers(from + i * 5, score));
const withheld = async () =>
	(await log.read("room", { types: ["gifts_withheld"] })).events.map(({ json }) => JSON.parse(json));

test("reports a withheld gift once everywhere", async () => {
	await say(...still(0, 30, 100), given(40, 5), ...still(40, 60, 150), ...still(65, 100, 350));
	expect(await withheld()).toMatchObject([
		{
			from: startMs + 60_000,
			to: startMs + 65_000,
			diamonds_missing: 20,
			diamonds_seen: 0,
			evidence: { source: "contributor", unit: 10, unit_learned: true },
			room_id: "broadcast-1",
			method: "livekeeper",
		},
	]);
	expect(activities.of("room").coverage).toMatchObject({ coverage: 0.2, seen: 5, missing: 20 });
	expect(counted).toEqual({ diamondsSeen: 5, diamondsMissing: 20 });
	const [summary] = await log.broadcasts("room");
	expect(summary).toMatchObject({ diamonds: 5, messages: { gift: 1 } });
	expect(summary?.coverage?.report).toMatchObject({ missing: 20, waiting: [] });
});

function connected(second: number, login: string): LiveEvent {
	const at = startMs + second * 1_000;
	const { content: _, user: __, ...base } = chat(++n + 300_000);
	const said = { state: "connected", reason: "ok", message: "", login };
	return { ...base, at, receivedAt: at, method: "livekeeper", type: "connection", ...said } as LiveEvent;
}

test("judges each login separately, also after a restart", async () => {
	await say(connected(0, ""), ...still(0, 30, 100), ...still(40, 60, 300));
	expect(activities.of("room").coverage).toMatchObject({ login: "", missing: 20, earlier: [] });
	expect(counted.diamondsMissing).toBe(20);
	// The login is configured but not connected yet.
	const asked = { login: "a", coverage: undefined, unknown: "starting", missing: 0, earlier: [{ missing: 20 }] };
	expect(activities.of("room", "a").coverage).toMatchObject(asked);
	await say(connected(61, "a"), ...still(62, 77, 300), given(80, 50), ...still(80, 110, 800));
	const judged = { login: "a", coverage: 1, seen: 50, missing: 0, earlier: [{ login: "", seen: 0, missing: 20 }] };
	expect(activities.of("room", "a").coverage).toMatchObject(judged);
	expect(counted).toEqual({ diamondsSeen: 50, diamondsMissing: 0 });
	await reopen();
	expect(activities.of("room", "a").coverage).toMatchObject(judged);
	const [summary] = await log.broadcasts("room");
	expect(new GiftCoverage(summary?.coverage).estimate()).toMatchObject(judged);
	expect((await withheld()).reduce((sum, one) => sum + one.diamonds_missing, 0)).toBe(20);
});

test.each([
	["the streak's previous step", true, 550, 0],
	["only the single gift", false, 750, 20],
])("reports a missing group of twenty with %s", async (_, combo, score, missing) => {
	// Two groups of twenty: the first of the streak is the gift given at 65.
	const both = { combo, groupCount: 20, count: 40, delta: 40, diamondCount: 1 };
	const at = startMs + 110_000;
	const step = gift(++n + 200_000, 40, { ...both, at, receivedAt: at, user: user(1) });
	await say(...still(0, 30, 100), given(40, 5), ...still(40, 60, 150), ...still(65, 105, 350));
	await say(step, ...still(110, 140, score));
	expect(activities.of("room").coverage).toMatchObject({ seen: 45, missing });
});

test("attributes earlier gifts to a repeated last streak step", async () => {
	const at = startMs + 110_000;
	// One group of twenty was given at 65 and did not arrive.
	const both = { combo: true, final: true, groupCount: 20, count: 20, delta: 20, diamondCount: 1 };
	await say(...still(0, 30, 100), given(40, 5), ...still(40, 60, 150), ...still(65, 105, 350));
	await say(gift(++n + 250_000, 20, { ...both, at, receivedAt: at, user: user(1) }), ...still(111, 126, 350));
	expect(activities.of("room").coverage).toMatchObject({ seen: 25, missing: 0 });
});

test("takes no gift of the open platform for withheld", async () => {
	const pushed = gift(++n + 300_000, 20, {
		at: startMs + 62_000,
		receivedAt: startMs + 62_000,
		source: "official",
		user: { ...user(1), secUid: "openid-of-the-app" },
	});
	await say(...still(0, 30, 100), given(40, 5), ...still(40, 60, 150), pushed, ...still(65, 100, 350));
	expect(await withheld()).toEqual([]);
	expect(activities.of("room")).toMatchObject({ coverage: { coverage: 1, missing: 0 }, missingBeforePush: 0 });
});

test("neither repeats nor forgets across a restart at any moment", async () => {
	const events = [
		...still(0, 30, 100),
		given(40, 5),
		...still(40, 60, 150),
		...still(65, 100, 350),
		...still(400, 440, 900),
	];
	for (const [i, event] of events.entries()) {
		await say(event);
		if (i % 3 === 0) await reopen();
	}
	expect((await withheld()).map(({ diamonds_missing: diamonds }) => diamonds)).toEqual([20, 55]);
	expect(activities.of("room").coverage).toMatchObject({ seen: 5, missing: 75 });
});

test("reports an interval lost in a crash with the next", async () => {
	written = false;
	await say(...still(0, 30, 100), ...still(35, 60, 200));
	expect(reported).toHaveLength(1);
	expect(await withheld()).toEqual([]);
	written = true;
	await reopen();
	await log.flush();
	expect(await withheld()).toMatchObject([{ diamonds_missing: 10 }]);
	await reopen();
	expect(reported).toEqual([]);
});

test("counts nothing twice after a restart", async () => {
	await say(...still(0, 30, 100), ...still(35, 60, 200));
	await reopen();
	expect(counted).toEqual({ diamondsSeen: 0, diamondsMissing: 0 });
});

test("starts over with another broadcast", async () => {
	await say(...still(0, 30, 100), ...still(35, 60, 200));
	await say(viewers(300, 9_000, { roomId: "broadcast-2" }));
	expect(activities.of("room").coverage).toMatchObject({ coverage: undefined, unknown: "starting" });
	expect((await log.broadcasts("room")).map(({ coverage }) => coverage?.report.missing)).toEqual([10, 0]);
});

test("knows nothing of a broadcast without gift reports", async () => {
	await say(chat(1), chat(2));
	expect(await log.broadcasts("room")).toMatchObject([{ messages: { chat: 2 } }]);
	expect((await log.broadcasts("room"))[0]).not.toHaveProperty("coverage");
});

import { type Clock, systemClock } from "@livekeeper/douyin";
import { type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { chats, gift, service } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { KvTargetStore } from "@livekeeper/targets/src/kv-target-store.ts";
import { anywhere, openOutgoings, policyOf } from "@livekeeper/targets/src/outgoing.ts";
import { Receiver } from "@livekeeper/targets/src/receiver.helpers.ts";
import { temporaryFolder, testBox } from "@livekeeper/targets/src/service.helpers.ts";
import { TargetDispatcher } from "@livekeeper/targets/src/target-dispatcher.ts";
import { targetLogOf } from "@livekeeper/targets/src/target-log.ts";
import { Targets } from "@livekeeper/targets/src/targets.ts";
import { afterEach, expect, test, vi } from "vitest";
import { buildReport, reportNotice } from "../reports/index.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0).reverse()) await close();
});

/** Starts the parts as the service wires them, in real time and in one folder. */
async function start(dataDir: string, clock: Clock = systemClock) {
	const eventLog: EventLog = await openSqliteEventLog({
		startThread: inThisThread,
		dataDir,
		clock,
		logger: quietLogger,
		groupCommitMs: 5,
	});
	const log = targetLogOf(eventLog);
	const store = new KvTargetStore(eventLog.targets);
	const outgoings = openOutgoings(clock, anywhere);
	const secrets = testBox();
	const reportOf = async (liveId: string, roomId: string) => {
		const report = await buildReport(eventLog, liveId, roomId);
		return report && { state: "report" as const, ...reportNotice(report, "https://live.example/my_page") };
	};
	const dispatcher = new TargetDispatcher({ clock, log, store, outgoings, secrets, logger: quietLogger, reportOf });
	const targets = new Targets({
		clock,
		log,
		store,
		dispatcher,
		secrets,
		allows: (preset) => policyOf(anywhere, preset),
	});
	await dispatcher.start();
	let stopped: Promise<void> | undefined;
	const stop = () => {
		stopped ??= dispatcher.stop().then(() => eventLog.close());
		return stopped;
	};
	open.push(stop);
	return { eventLog, targets, stop };
}

const rooms = ["1001", "1002", "1003"];
const perLife = 400;

test("delivers every room whole, despite restarts and failures", async () => {
	const dataDir = temporaryFolder();
	const receiver = await Receiver.listen((response, { headers }, n) => {
		// Each tenth request is accepted, and its answer lost.
		if (n % 10 === 9) response.destroy();
		else response.writeHead(headers["x-livekeeper-signature"] ? 204 : 401).end();
	});
	open.unshift(() => receiver.close());
	for (let life = 0; life < 4; life++) {
		const { eventLog, targets, stop } = await start(dataDir);
		for (const liveId of rooms) await eventLog.registry.keep(liveId, {});
		if (life === 0)
			await targets.create({
				settings: { url: receiver.url },
				live_ids: "*",
				batch: { max_events: 30, max_wait_ms: 1 },
			});
		for (let n = 0; n < perLife; n += 50) {
			for (const liveId of rooms) {
				const from = life * perLife + n + 1;
				expect(eventLog.append({ liveId, events: chats(from, from + 49, { liveId }) })).toBe(true);
			}
			await eventLog.flush();
		}
		if (life === 3) {
			await vi.waitFor(async () => {
				const [target = expect.fail()] = await targets.list();
				for (const room of (await targets.get(target.id, "en")).rooms)
					expect(room).toMatchObject({ position: 1600, lag: 0 });
			});
		}
		await stop();
	}
	const bodies = new Map<string, string>();
	for (const { headers, body } of receiver.requests) {
		const key = String(headers["x-livekeeper-delivery"]);
		expect(bodies.get(key) ?? body).toBe(body);
		bodies.set(key, body);
	}
	for (const liveId of rooms) {
		const seqs = [...bodies.values()]
			.map((body) => JSON.parse(body) as { live_id: string; events: { seq: number; content: string }[] })
			.filter(({ live_id }) => live_id === liveId)
			.flatMap(({ events }) => events.map(({ seq }) => seq));
		expect(seqs).toEqual(Array.from({ length: 4 * perLife }, (_, i) => i + 1));
	}
});

test("delivers released and formerly unknown rooms to all-room targets", async () => {
	const dataDir = temporaryFolder();
	const receiver = await Receiver.listen((response) => void response.writeHead(204).end());
	open.unshift(() => receiver.close());
	const first = await start(dataDir);
	await first.targets.create({ settings: { url: receiver.url }, live_ids: "*" });
	await first.stop();
	const log = await openSqliteEventLog({
		startThread: inThisThread,
		dataDir,
		clock: systemClock,
		logger: quietLogger,
		groupCommitMs: 5,
	});
	log.append({ liveId: "2002", events: chats(1, 3, { liveId: "2002" }) });
	await log.close();
	await start(dataDir);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(1));
	expect(JSON.parse(receiver.requests[0]?.body ?? "")).toMatchObject({
		live_id: "2002",
		events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
	});
});

/** A broadcast with two chats and a gift of ten diamonds; `n` is the number of its first event. */
function broadcast(roomId: string, n: number) {
	const of = { liveId: "1001", roomId };
	return [
		service("broadcast_started", n, { title: "木船" }, of),
		...chats(n + 1, n + 2, of),
		gift(n + 3, 10, of),
		service("broadcast_ended", n + 4, { reason: "ended" }, of),
	];
}

test("sends an ended broadcast's report unchanged after a restart", async () => {
	const dataDir = temporaryFolder();
	let isDown = true;
	const receiver = await Receiver.listen((response) =>
		isDown ? void response.writeHead(503).end() : void response.end('{"errcode":0,"errmsg":"ok"}'),
	);
	open.unshift(() => receiver.close());
	const first = await start(dataDir);
	const common = { live_ids: ["1001"], states: ["report" as const], pace: { hold_seconds: 0 } };
	const { target } = await first.targets.create({ ...common, settings: { url: receiver.url } });
	const robot = { preset: "dingtalk" as const, settings: { url: `${receiver.url}?access_token=a`, language: "zh" } };
	await first.targets.create({ ...common, ...robot });
	first.eventLog.append({ liveId: "1001", events: [...broadcast("b1", 1), ...broadcast("b2", 11)] });
	await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThan(1));
	await first.stop();

	isDown = false;
	const second = await start(dataDir);
	// A gift found afterwards changes later reports, but none that was begun.
	second.eventLog.append({ liveId: "1001", events: [gift(99, 500, { liveId: "1001", roomId: "b1" })] });
	const isRobot = ({ url }: { url: string }) => url.includes("access_token");
	const bodies = (of: (typeof receiver.requests)[number][]) => [...new Set(of.map(({ body }) => body))];
	const toProgram = () => bodies(receiver.requests.filter((request) => !isRobot(request)));
	const toPeople = () => bodies(receiver.requests.filter(isRobot));
	await vi.waitFor(() => expect([toProgram().length, toPeople().length]).toEqual([2, 2]));
	await vi.waitFor(async () =>
		expect(await second.targets.get(target.id, "en")).toMatchObject({ rooms: [{ lag: 0 }] }),
	);

	const url = (roomId: string) => `https://live.example/my%5Fpage/rooms/1001/broadcasts/${roomId}`;
	const reported = (roomId: string, diamonds: number) => ({
		events: [{ type: "broadcast_ended", room_id: roomId }],
		notices: [
			{
				...{ state: "report", subject: roomId, url: url(roomId) },
				report: { live_id: "1001", figures: { chats: 2, diamonds } },
			},
		],
	});
	expect(toProgram().map((body) => JSON.parse(body) as object)).toMatchObject([reported("b1", 10), reported("b2", 10)]);
	const [text = ""] = toPeople().map((body) => (JSON.parse(body) as { markdown: { text: string } }).markdown.text);
	expect(text).toContain("\n\n木船 · 2026/01/01");
	expect(text).toContain("\n\n礼物：10 抖币");
	expect(text).toContain(`\n\n完整报告：${url("b1")}`);
});

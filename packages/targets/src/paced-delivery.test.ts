import { expect, onTestFinished, test } from "vitest";
import { accept, answer, Receiver } from "./receiver.helpers.ts";
import { World } from "./service.helpers.ts";
import type { ReportNotice } from "./service-states.ts";

const minuteMs = 60_000;

async function listen(): Promise<Receiver> {
	const receiver = await Receiver.listen();
	onTestFinished(() => receiver.close());
	return receiver;
}

test("keeps a limit and the order across rooms and restarts", async () => {
	const world = new World();
	const receiver = await listen();
	const times: number[] = [];
	receiver.behaviour = (response, request, n) => {
		times.push(world.clock.now());
		accept(response, request, n);
	};
	let life = await world.start();
	const batch = { max_events: 2, max_wait_ms: 0 };
	await life.targets.create({ settings: { url: receiver.url }, live_ids: "*", pace: { max_per_minute: 3 }, batch });
	for (const room of ["a", "b"]) world.log.append(room, 5);
	await world.until(life, () => times.length === 2);
	await life.stop();
	life = await world.start();
	// The batch that was pending when the service stopped arrives again, under the same id.
	const seqsOf = (room: string) => {
		const once = new Map(
			receiver.bodies.filter((body) => body.live_id === room).map((body) => [body.delivery_id, body]),
		);
		return [...once.values()].flatMap(({ events }) => events.map(({ seq }) => seq));
	};
	await world.until(life, () => ["a", "b"].every((room) => seqsOf(room).includes(5)));
	for (const from of times) {
		expect(times.filter((at) => at >= from && at < from + minuteMs).length).toBeLessThanOrEqual(3);
	}
	for (const room of ["a", "b"]) expect(seqsOf(room)).toEqual([1, 2, 3, 4, 5]);
});

test("delivers ten minutes of receiver downtime, each event once", async () => {
	const world = new World();
	const receiver = await listen();
	const life = await world.start();
	const of = { settings: { url: receiver.url }, live_ids: "*" as const, pace: { max_per_minute: 20 } };
	const { target } = await life.targets.create(of);
	receiver.behaviour = answer(503);
	let failed = 0;
	for (let n = 0; n < 10; n++) world.clock.after(n * minuteMs, () => world.log.append("a", 7));
	world.clock.after(10 * minuteMs, () => {
		failed = receiver.requests.length;
		receiver.behaviour = accept;
	});
	const position = async () => (await life.store.roomProgress(target.id, "a"))?.progress.position;
	await world.until(life, async () => (await position()) === 70);
	expect(failed).toBeGreaterThan(5);
	const accepted = receiver.bodies.slice(failed);
	const seqs = accepted.flatMap(({ events }) => events.map(({ seq }) => seq));
	expect(seqs).toEqual(Array.from({ length: 70 }, (_, n) => n + 1));
	expect(new Set(accepted.map(({ delivery_id }) => delivery_id)).size).toBe(accepted.length);
	const history = await life.targets.history(target.id, "en");
	expect(history[0]).toMatchObject({ live_id: "a", error: null, last_seq: 70 });
	expect(history.some(({ error }) => error?.code === "http_status" && error.status === 503)).toBe(true);
	expect(history.length).toBeLessThanOrEqual(10);
});

test("sends one notice of a flapping room across restarts", async () => {
	const world = new World();
	const receiver = await listen();
	let life = await world.start();
	const of = { settings: { url: receiver.url }, live_ids: "*" as const, states: ["silent" as const] };
	await life.targets.create({ ...of, pace: { hold_seconds: 30 } });
	const record = (state: string) =>
		world.log.record("a", { type: "connection", state, received_at: world.clock.now() });
	for (let n = 0; n < 21; n++) {
		record(n % 2 ? "connected" : "reconnecting");
		await world.clock.advance(5_000);
		if (n === 10) {
			await life.stop();
			life = await world.start();
		}
	}
	expect(receiver.requests).toHaveLength(0);
	await world.until(life, () => receiver.requests.length === 1);
	expect(receiver.bodies[0]?.events).toMatchObject([{ seq: 21, state: "reconnecting" }]);
	for (let n = 0; n < 4; n++) {
		record(n % 2 ? "reconnecting" : "connected");
		await world.clock.advance(5_000);
	}
	await world.clock.advance(10 * minuteMs);
	expect(receiver.requests).toHaveLength(1);
	record("connected");
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.seqs).toEqual([21, 26]);
});

test("sends one message for many cuts in three minutes", async () => {
	const world = new World();
	const receiver = await listen();
	const life = await world.start();
	const states = ["live", "ended", "blocked", "silent", "gap"] as const;
	await life.targets.create({ settings: { url: receiver.url }, live_ids: "*", states: [...states] });
	const record = (type: "connection" | "gap" | "broadcast_started" | "broadcast_ended", more: object = {}) =>
		world.log.record("a", { type, ...more, received_at: world.clock.now() });
	record("broadcast_started");
	await world.until(life, () => receiver.requests.length === 1);
	for (let n = 0; n < 45; n++) {
		record("connection", { state: "reconnecting" });
		await world.clock.advance(1_000);
		record("connection", { state: "connected" });
		if (n % 3 === 0) record("broadcast_ended");
		await world.clock.advance(2_000);
		if (n % 3 === 0) record("broadcast_started");
		await world.clock.advance(1_000);
	}
	record("broadcast_ended");
	await world.until(life, () => receiver.requests.length === 2);
	await world.clock.advance(10 * minuteMs);
	await world.quiet(life);
	expect(receiver.bodies[1]?.events).toMatchObject([{ type: "broadcast_ended", seq: 122 }]);
	expect(receiver.requests).toHaveLength(2);
});

test("sends nothing in quiet hours, and everything afterwards", async () => {
	const world = new World();
	const receiver = await listen();
	const life = await world.start();
	const clockAt = (at: number) => new Date(at).toISOString().slice(11, 16);
	const [from, to] = [world.clock.now(), world.clock.now() + 120 * minuteMs].map(clockAt) as [string, string];
	const of = { settings: { url: receiver.url }, live_ids: "*" as const, pace: { quiet: { from, to, zone: "UTC" } } };
	await life.targets.create(of);
	world.log.append("a", 3);
	await world.clock.advance(110 * minuteMs);
	await world.quiet(life);
	expect(receiver.requests).toHaveLength(0);
	await world.until(life, () => receiver.requests.length === 1);
	expect(clockAt(world.clock.now())).toBe(to);
	expect(receiver.seqs).toEqual([1, 2, 3]);
});

test("excludes by pattern or word, and rebuilds the batch unchanged", async () => {
	const world = new World();
	const receiver = await listen();
	const life = await world.start();
	let n = 0;
	receiver.behaviour = (response, request) => answer(n++ === 0 ? 500 : 204)(response, request, n);
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"], words: ["抽奖"], pattern: "^1+$" });
	for (const content of ["你好", "抽奖啦", "111", "12"]) {
		world.log.record("a", { type: "chat", content, received_at: world.clock.now() });
	}
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.seqs).toEqual([2, 3, 2, 3]);
	expect(receiver.requests[0]?.body).toBe(receiver.requests[1]?.body);
});

test("previews the last hour, and sends and stores nothing", async () => {
	const world = new World();
	const receiver = await listen();
	const life = await world.start();
	const say = (content: string) => world.log.record("a", { type: "chat", content, received_at: world.clock.now() });
	say("抽奖 昨天");
	await world.clock.advance(61 * minuteMs);
	for (const content of ["你好", "抽奖 一", "抽奖 二"]) say(content);
	const input = { settings: { url: receiver.url }, live_ids: "*" as const, words: ["抽奖"], batch: { max_events: 1 } };
	const shown = await life.targets.preview(input, undefined);
	expect(shown).toMatchObject({ deliveries: 2, partial: false });
	expect(shown.messages.map(({ content }) => JSON.parse(content).events)).toMatchObject([[{ seq: 3 }], [{ seq: 4 }]]);
	await world.quiet(life);
	expect(receiver.requests).toHaveLength(0);
	expect(await life.targets.list()).toEqual([]);
});

test.each([
	["streamerbot", { action: "Douyin" }],
	["social-stream", { session: "abc" }],
	["dycast", { url: "ws://127.0.0.1:9/" }],
] as const)("previews the frames of %s as sent", async (preset, settings) => {
	const world = new World();
	const life = await world.start();
	world.log.record("a", { type: "chat", content: "你好", received_at: world.clock.now() });
	const { messages } = await life.targets.preview({ preset, settings, live_ids: "*" }, undefined);
	expect(messages).toHaveLength(1);
	expect(JSON.stringify(JSON.parse(messages[0]?.content ?? ""))).toContain("你好");
});

test("previews waiting messages with their times", async () => {
	const world = new World();
	const life = await world.start();
	world.log.record("a", { type: "chat", content: "你好", received_at: world.clock.now() });
	await world.clock.advance(5_000);
	world.log.record("a", { type: "broadcast_started", title: "木船", received_at: world.clock.now() });
	await world.clock.advance(10_000);
	const settings = { url: "https://oapi.dingtalk.com/robot/send?access_token=a" };
	const input = { preset: "dingtalk" as const, settings, live_ids: "*" as const, types: [], states: ["live" as const] };
	const held = await life.targets.preview({ ...input, pace: { hold_seconds: 30 } }, undefined);
	expect(held).toMatchObject({ deliveries: 0, messages: [], partial: false });
	expect(held.waiting).toMatchObject([{ live_id: "a", events: 1, due_at: world.clock.now() + 20_000 }]);
	expect(held.waiting[0]?.shows?.text).toContain("木船");
	// A notice whose time has come, or that was undone, waits no longer.
	await world.clock.advance(20_001);
	expect(await life.targets.preview({ ...input, pace: { hold_seconds: 30 } }, undefined)).toMatchObject({
		...{ deliveries: 1, waiting: [] },
	});
	world.log.record("a", { type: "broadcast_ended", reason: "", received_at: world.clock.now() });
	expect(await life.targets.preview({ ...input, pace: { hold_seconds: 60 } }, undefined)).toMatchObject({
		...{ deliveries: 0, waiting: [] },
	});
	// A digest waits for the end of its interval.
	const digest = await life.targets.preview(
		{ ...input, types: ["chat"], states: [], pace: { digest_minutes: 30 } },
		undefined,
	);
	expect(digest.waiting).toMatchObject([{ live_id: "a", events: 1 }]);
});

test("previews service notices and a report in any case", async () => {
	const world = new World();
	const report = {
		state: "report",
		subject: "b1",
		at: 1,
		text: { en: "Length: 1 h", zh: "时长：1 小时" },
	} as ReportNotice;
	const life = await world.start({}, { reportOf: async (liveId) => (liveId === "b" ? report : undefined) });
	const settings = { url: "https://oapi.dingtalk.com/robot/send?access_token=a" };
	const input = { preset: "dingtalk" as const, settings, live_ids: ["a", "b"] };
	const states = ["live", "login_ending", "storage", "node_lost", "report"] as const;
	const { samples } = await life.targets.preview({ ...input, states: [...states] }, undefined);
	const words = ["账号 main", "无法存储", "node-2", "时长：1 小时"];
	expect(samples.map(({ content }) => words.filter((word) => content.includes(word)))).toEqual(
		words.map((one) => [one]),
	);
	expect(samples.map(({ live_id }) => live_id)).toEqual(["", "", "", "b"]);
	expect((await life.targets.preview({ ...input, states: ["live"] }, undefined)).samples).toEqual([]);
});

test.each([
	["[z-a]弹幕", "字符范围无效（从第 2 个字符起：z-a）", "invalid character class range (from character 2: z-a)"],
	["弹幕(?=a)", "不支持的写法（从第 3 个字符起：(?=）", "invalid or unsupported Perl syntax (from character 3: (?=)"],
	["(弹幕", "缺少右括号 )", "missing closing )"],
])("names the error in an invalid pattern: %s", async (pattern, zh, en) => {
	const life = await new World().start();
	const made = life.targets.create({ settings: { url: "https://a.example" }, live_ids: "*", types: ["chat"], pattern });
	await expect(made).rejects.toMatchObject({
		code: "invalid_target",
		text: { en: `The target's pattern can't be read: ${en}`, zh: `推送目标的 pattern 无法识别：${zh}` },
	});
});

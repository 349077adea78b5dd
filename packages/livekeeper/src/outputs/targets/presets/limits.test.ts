import { expect, test } from "vitest";
import { World } from "../service.helpers.ts";
import type { PresetName } from "./index.ts";
import { type Reply, Robot } from "./robots.helpers.ts";

const telegramToken = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

/** What each receiver allows, as it documents it, and how it answers a message and one too many. */
const receivers: [PresetName, Record<"minute" | "second", number>, (url: string) => object, Reply, Reply][] = [
	[
		...(["dingtalk", { minute: 20, second: 20 }, (url: string) => ({ url: `${url}/?access_token=abc` })] as const),
		[200, { errcode: 0, errmsg: "ok" }],
		[200, { errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" }],
	],
	[
		...([
			"feishu",
			{ minute: 100, second: 5 },
			(url: string) => ({ url: `${url}/open-apis/bot/v2/hook/abc` }),
		] as const),
		[200, { code: 0, data: {}, msg: "success" }],
		[200, { code: 11232, data: {}, msg: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]" }],
	],
	[
		...([
			"wecom",
			{ minute: 20, second: 20 },
			(url: string) => ({ url: `${url}/cgi-bin/webhook/send?key=abc` }),
		] as const),
		[200, { errcode: 0, errmsg: "ok" }],
		[200, { errcode: 45009, errmsg: "api freq out of limit" }],
	],
	[
		"telegram",
		{ minute: 20, second: 1 },
		(server) => ({ token: telegramToken, chat_id: "-1001", server }),
		[200, { ok: true, result: { message_id: 1 } }],
		[429, { ok: false, error_code: 429, description: "Too Many Requests: retry after 30" }],
	],
	[
		"discord",
		{ minute: 30, second: 3 },
		(url) => ({ url: `${url}/api/webhooks/1/abc` }),
		[200, { id: "1" }],
		[429, { message: "You are being rate limited.", retry_after: 30.5, global: false }],
	],
	[
		"slack",
		{ minute: 60, second: 1 },
		(url) => ({ url: `${url}/services/T/B/abc` }),
		[200, "ok"],
		[429, "rate_limited", { "retry-after": "30" }],
	],
	[
		"ntfy",
		{ minute: 12, second: 12 },
		(server) => ({ topic: "t", server }),
		[200, { id: "a" }],
		[429, { code: 42901, http: 429, error: "limit reached: too many requests" }],
	],
];

/** ms that a request is on its way, and that the receiver thinks: a slow one first, whose window the fast ones share. */
const slowly = [
	[900, 50],
	[0, 0],
	[40, 300],
	[0, 20],
	[350, 700],
] as const;

test.each(receivers)(
	"%s is never sent more than it allows, %o, by the time of arrival",
	async (preset, allows, settings, ok, tooMany) => {
		const world = new World();
		const times: number[] = [];
		let refused = 0;
		const robot = await Robot.listen(async ({ content }, { asked, taken }) => {
			const [onItsWayMs, answeredMs] = slowly[asked.length % slowly.length] ?? [0, 0];
			await world.clock.advance(onItsWayMs);
			const now = world.clock.now();
			times.push(now);
			await world.clock.advance(answeredMs);
			const within = (ms: number) => times.filter((at) => now - at < ms).length;
			if (within(60_000) > allows.minute || within(1_000) > allows.second) {
				refused++;
				return tooMany;
			}
			taken.push(content);
			return ok;
		});
		const life = await world.start();
		await life.targets.create({
			...{ preset, settings: settings(robot.url) as Record<string, unknown>, live_ids: "*" },
			batch: { max_events: 1, max_wait_ms: 0 },
		});
		const each = allows.minute / 2 + 5;
		for (const room of ["a", "b", "c"]) world.log.append(room, each);
		await world.until(life, () => robot.taken.length === 3 * each);
		expect(refused).toBe(0);
		const spans = times.slice(allows.minute).map((at, n) => at - (times[n] ?? 0));
		expect(Math.min(...spans)).toBeGreaterThanOrEqual(60_000);
	},
);

test("a test counts like any other message, and is not sent past the limit", async () => {
	const world = new World();
	const robot = await Robot.listen(() => [200, { errcode: 0, errmsg: "ok" }]);
	const life = await world.start();
	const { target } = await life.targets.create({
		...{ preset: "dingtalk", settings: { url: `${robot.url}/?access_token=abc` }, live_ids: "*" },
		pace: { quiet: { from: "00:00", to: "23:59", zone: "UTC" } },
	});
	for (let n = 0; n < 20; n++) expect(await life.targets.test(target.id, "en")).toMatchObject({ accepted: true });
	expect(await life.targets.test(target.id, "en")).toMatchObject({
		...{ accepted: false, error: { code: "receiver_rate_limited", message: expect.stringContaining("63 s") } },
	});
	expect(robot.asked).toHaveLength(20);
	await world.clock.advance(63_000);
	expect(await life.targets.test(target.id, "en")).toMatchObject({ accepted: true });
});

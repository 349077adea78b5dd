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
];

test.each(receivers)(
	"%s is never sent more than it allows, %o, and gets everything",
	async (preset, allows, settings, ok, tooMany) => {
		const world = new World();
		const times: number[] = [];
		let refused = 0;
		const robot = await Robot.listen(({ content }, { taken }) => {
			const now = world.clock.now();
			times.push(now);
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
	},
);

import { type Simulator, type SimulatorOptions, startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../cli/run.helpers.ts";
import { startTestService } from "../service/service.helpers.ts";

/** Starts a service that looks links up on a simulated site. */
async function bench(options: SimulatorOptions = {}) {
	const simulator = await startSimulator({ rooms: 3, ...options });
	onTestFinished(() => simulator.close());
	const service = await startTestService({ upstreamUrl: simulator.url });
	const resolve = async (text: string, lang = "zh") => {
		const response = await fetch(`${service.url}/api/v1/rooms/resolve?lang=${lang}`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ text }),
		});
		return {
			status: response.status,
			...((await response.json()) as { rooms: Record<string, unknown>[]; error?: { code: string } }),
		};
	};
	return { simulator, service, resolve };
}

const linksOf = (simulator: Simulator, liveId = "1001") => {
	const room = simulator.room(liveId);
	if (!room) throw new Error(`no room ${liveId}`);
	return { room, ...room.links(simulator.url) };
};

test("resolves a room's name with its face, keeping nothing", async () => {
	const { simulator, service, resolve } = await bench();
	const { room, short, shareText, displayId, followLive, rootLive } = linksOf(simulator);
	const reflow = `${simulator.url}/webcast.amemv.com/douyin/webcast/reflow/${room.roomId}?sec_user_id=`;
	const live = { live_id: "1001", status: "live", kept: false, message: "正在直播。", hint: null };
	for (const text of [
		"1001",
		"\u200b＠１００１",
		room.roomId,
		`${simulator.url}/1001`,
		"https://live.douyin.com/1001",
		short,
		shareText,
		followLive,
		rootLive,
		reflow,
	]) {
		const { rooms } = await resolve(text);
		const named = rooms.filter(({ status }) => status !== "aside");
		expect([text, named]).toEqual([text, [expect.objectContaining(live)]]);
		expect(rooms[0]).toMatchObject({
			name: "慢半拍的老唱片",
			avatar: expect.stringMatching(/^http/),
			title: "手工木船第三天",
		});
	}
	expect((await resolve(displayId)).rooms).toMatchObject([
		{ live_id: displayId, status: "live", name: "慢半拍的老唱片" },
	]);
	expect(service.live.getStatus().rooms).toEqual([]);
});

test("resolves several rooms in the text's order, each once", async () => {
	const { simulator, service, resolve } = await bench();
	await service.live.startLive("1003");
	linksOf(simulator, "1002").room.end();
	const { short } = linksOf(simulator);
	const { rooms } = await resolve(`1003 https://live.douyin.com/1002 ${short} ${short} 1001`);
	expect(rooms).toMatchObject([
		{ live_id: "1003", kept: true },
		{ live_id: "1002", status: "offline", hint: expect.stringContaining("一开播就会自动连接") },
		{ live_id: "1001", status: "live" },
		{ live_id: null, status: "aside", text: `1001 ${short}`, message: expect.stringContaining("已在列表中") },
	]);
	const words = (await resolve("1003 中文 1002")).rooms;
	expect(words).toMatchObject([
		{ live_id: "1003", kept: true },
		{ live_id: "1002" },
		{ live_id: null, status: "aside", text: "中文", message: expect.stringContaining("不是直播间") },
	]);
});

test("rejects a sentence without rooms, without querying the site", async () => {
	const { simulator, resolve } = await bench();
	const { rooms } = await resolve("今晚 8 点，来看我的直播！第 2 场");
	expect(rooms).toMatchObject([{ status: "unusable", message: expect.stringMatching(/没有直播间/) }]);
	expect(simulator.room("8")).toBeUndefined();
});

test("explains an ended broadcast and expired links once", async () => {
	const { resolve } = await bench();
	const { rooms } = await resolve("7399999999999999999", "en");
	expect(rooms).toMatchObject([
		{ status: "unusable", message: expect.stringContaining("room_id"), hint: expect.stringContaining("address") },
	]);
	const links = "https://v.douyin.com/AAAAAAAAAAA/ https://v.douyin.com/BBBBBBBBBBB/";
	expect((await resolve(links)).rooms).toMatchObject([{ text: links, message: expect.stringMatching(/已失效/) }]);
});

test("refuses megabytes with a readable explanation", async () => {
	const { resolve } = await bench();
	const expected = { message: expect.stringContaining("最多 20 个直播间"), hint: "请分几次粘贴。" };
	for (const text of ["海".repeat(2_000_000), "1001 ".repeat(1_000_000)]) {
		expect(await resolve(text)).toMatchObject({ status: 413, error: { code: "payload_too_large", ...expected } });
	}
	expect(await resolve("海".repeat(30_000))).toMatchObject({
		status: 200,
		rooms: [{ status: "unusable", ...expected }],
	});
});

test.each([
	["hello-nobody", "not_found", /没有这个抖音号/],
	["https://www.douyin.com/user/MS4wLjABAAAA", "unusable", /个人主页/],
	["https://www.douyin.com/video/7391234567890123456", "unusable", /视频或图文/],
	["https://www.kuaishou.com/u/abc", "unusable", /不是抖音的网址/],
	["https://live.douyin.com/", "unusable", /不是直播间/],
	["我想看那个主播", "unusable", /没有直播间/],
	["", "unusable", /没有内容/],
	["https://v.douyin.com/AAAAAAAAAAA/", "unusable", /已失效/],
])("%s: %s", async (text, status, message) => {
	const { resolve } = await bench();
	const { rooms } = await resolve(text);
	expect(rooms).toMatchObject([{ status, message: expect.stringMatching(message), hint: expect.any(String) }]);
});

test.each([
	["captcha", /captcha|验证/],
	["foreign_redirect", /live\.douyin\.example\.invalid/],
	["empty_answer", /没能查到这个链接指向哪个直播间/],
] as const)("explains a short link that meets %s", async (fault, message) => {
	const { simulator, resolve } = await bench();
	const { room, short } = linksOf(simulator);
	room.setFault({ fault, count: 1 });
	const { rooms } = await resolve(short);
	expect(rooms).toMatchObject([{ live_id: null, status: "unknown", message: expect.stringMatching(message) }]);
	expect(rooms[0]?.["hint"]).toMatch(/用浏览器打开/);
});

test("lets a room be added without a lookup", async () => {
	const { simulator, resolve } = await bench();
	linksOf(simulator).room.setFault({ fault: "captcha", count: 2 });
	expect((await resolve("1001", "en")).rooms).toMatchObject([{ live_id: "1001", status: "unknown", kept: false }]);
});

test("queries the site for at most 60 rooms a minute", async () => {
	const { service, resolve } = await bench();
	const twenty = Array.from({ length: 20 }, (_, i) => `nobody-${i}`).join(" ");
	for (let i = 0; i < 3; i++) expect((await resolve(twenty)).rooms).toHaveLength(20);
	expect(await resolve("1001")).toMatchObject({ status: 429, error: { code: "too_many_requests" } });
	expect((await resolve("我想看")).status).toBe(200);
	await service.clock.advance(60_000);
	expect((await resolve("1001")).rooms).toMatchObject([{ live_id: "1001" }]);
});

test("accepts share texts on the command line, or starts nothing", async () => {
	const { simulator, service } = await bench();
	const { shareText } = linksOf(simulator);
	const started = await run("start", ...shareText.split(" "), "--url", service.url);
	expect(started).toMatchObject({ failed: false, out: expect.stringContaining("慢半拍的老唱片") });
	expect(started.err).toMatch(/5@0\.com :9pm: Ignored: this text/);
	expect(service.live.getRoom("1001")).toBeDefined();
	const refused = await run("start", "1002", "https://www.douyin.com/user/MS4w", "--url", service.url);
	expect(refused).toMatchObject({ failed: true, err: expect.stringMatching(/profile page[\s\S]*→/) });
	expect(service.live.getRoom("1002")).toBeUndefined();
});

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

describe.skipIf(chromiumPath === undefined)("the settings pages", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 4, seed: 7, port: 0 });
		service = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			config: { max_connections: 1, target_allow_private: true },
		});
		await service.startRoom("1001");
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("show permits and queue, and let rooms in", async () => {
		const { page, complaints, foreign } = await openPage(browser, service.url);
		await page.getByRole("row").getByText("已连接").filter({ visible: true }).waitFor();
		await service.startRoom("1002");
		await page.getByRole("link", { name: "连接" }).click();
		await page.waitForURL("**/connections");
		await page.getByText("1 / 1").waitFor();
		const holders = page.getByRole("region", { name: "正在占用连接的直播间" });
		await holders.getByRole("listitem").first().waitFor();
		expect(await holders.getByRole("listitem").count()).toBe(1);
		const queue = page.getByRole("region", { name: "排队的直播间和原因" });
		await queue.getByTitle("1002").waitFor();
		expect(await holders.getByTitle("1001").count()).toBe(1);

		await page.getByLabel("总数").fill("many");
		await page.getByRole("button", { name: "应用" }).click();
		await page.getByRole("alert").getByText("1 到 100000").waitFor();
		await page.getByLabel("总数").fill("2");
		await page.getByRole("button", { name: "应用" }).click();
		await page.getByText("2 / 2").waitFor();
		await queue.getByText("没有直播间在排队").waitFor();
		await holders.getByTitle("1002").click();
		await page.getByRole("region", { name: "实时消息" }).waitFor();
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});

	test("list overlay tokens with their rooms, and revoke one", async () => {
		await service.request("POST", "/api/v1/overlay-tokens", { name: "OBS left", live_id: "1001" });
		await service.request("POST", "/api/v1/overlay-tokens", { name: "Wall" });
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const tokens = page.getByRole("region", { name: "叠加层令牌" }).getByRole("listitem");
		await tokens.filter({ hasText: "OBS left" }).getByTitle("1001").waitFor();
		await tokens.filter({ hasText: "Wall" }).getByText("全部直播间").waitFor();
		await tokens.filter({ hasText: "OBS left" }).getByRole("button", { name: "吊销" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "吊销" }).click();
		await tokens.filter({ hasText: "OBS left" }).waitFor({ state: "detached" });
		const { body } = await service.request("GET", "/api/v1/overlay-tokens");
		expect((body as { tokens: { name: string }[] }).tokens.map(({ name }) => name)).toEqual(["Wall"]);
		expect(complaints).toEqual([]);
	});

	test("add an identity without ever showing its cookie", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const panel = page.getByRole("region", { name: "账号" });
		await panel.getByText("还没有账号").waitFor();
		await panel.getByRole("button", { name: "添加账号" }).click();
		await panel.getByLabel("名称").fill("main");
		await panel.getByLabel("cookie", { exact: true }).fill("my cookie");
		await panel.getByRole("button", { name: "保存" }).click();
		await panel.getByRole("alert").waitFor();
		const cookie = "sessionid=s3cr3t0123; sid_guard=a";
		await panel.getByLabel("cookie", { exact: true }).fill(cookie);
		await panel.getByRole("button", { name: "保存" }).click();
		await panel.getByText("main 已保存").waitFor();
		await panel.getByText("cookie 已设置 · 已登录").waitFor();
		expect((await service.request("PUT", "/api/v1/rooms/1001", { identity: "main" })).status).toBe(200);
		await page.reload();
		await panel.getByTitle("1001").waitFor();
		await panel.getByRole("button", { name: "测试" }).click();
		await panel.getByText("直播间 1001 可以保持连接").waitFor();
		await panel.getByRole("button", { name: "修改" }).click();
		const inputs = page.locator("input, textarea");
		const typed = await Promise.all((await inputs.all()).map((one) => one.inputValue()));
		expect(typed.join() + (await page.content())).not.toContain("s3cr3t0123");
		expect(await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")).not.toContain("s3cr3t0123");

		await panel.getByRole("button", { name: "移除" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "移除" }).click();
		await panel.getByRole("alert").getByText("1001").waitFor();
		await service.request("PUT", "/api/v1/rooms/1001", {});
		await panel.getByRole("button", { name: "移除" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "移除" }).click();
		await panel.getByText("还没有账号").waitFor();
		expect(complaints.filter((text) => !/^40[09] /.test(text))).toEqual([]);
	});

	test("examine a room step by step, with advice on failure", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/doctor?room=1002`);
		const panel = page.getByRole("region", { name: "检查直播间" });
		await panel.getByRole("button", { name: "开始检查" }).click();
		await panel.getByText("直播间 1002 可以保持连接").waitFor();
		const steps = panel.getByRole("listitem");
		const names = ["服务", "抖音", "直播间", "cookie", "页面", "登录", "最近的消息", "实时连接"];
		expect(await steps.count()).toBe(names.length);
		for (const [i, name] of names.entries()) {
			expect(await steps.nth(i).getByText(name, { exact: true }).count()).toBe(1);
		}
		expect(await steps.nth(1).textContent()).toContain(simulator.url);
		await panel.getByRole("textbox", { name: "直播间" }).fill("https://example.com/1");
		await panel.getByRole("button", { name: "开始检查" }).click();
		await panel.getByRole("alert").getByText("没有找到直播间").waitFor();
		await panel.getByRole("textbox", { name: "直播间" }).fill("nobody-is-there");
		await panel.getByRole("button", { name: "开始检查" }).click();
		await panel.getByText("目前无法保持连接").waitFor();
		expect(await steps.last().getByText("有问题").count()).toBe(1);
		await page.getByText("收不到礼物，昵称被打码").click();
		await page.getByRole("link", { name: "添加账号" }).click();
		await page.waitForURL("**/settings#identities");
		expect(complaints).toEqual([]);
	});

	test("show a diagnosis with its rooms in one folder", async () => {
		await service.startRoom("1002");
		const { page, complaints } = await openPage(browser, `${service.url}/doctor`);
		const panel = page.getByRole("region", { name: "诊断包" });
		await panel.getByRole("button", { name: "收集" }).click();
		await panel.getByRole("button", { name: "保存" }).waitFor();
		const list = panel.locator("summary").filter({ visible: true });
		const folder = list.filter({ hasText: "inputs/" });
		expect(await folder.count()).toBe(1);
		expect(await folder.textContent()).toContain("2 个文件");
		await folder.click();
		await list.getByText("inputs/room-2.json").click();
		await panel.getByRole("region", { name: "inputs/room-2.json" }).getByText('"inputs"').waitFor();
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("manage a target and explain mistakes in place", async () => {
		const asked: { body: string; signature: string }[] = [];
		const delivered: string[] = [];
		const receiver = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => (body += chunk));
			request.on("end", () => {
				if (body.includes('"test":true')) {
					asked.push({ body, signature: String(request.headers["x-livekeeper-signature"]) });
					response.writeHead(asked.length === 1 ? 204 : 503).end();
					return;
				}
				const id = String(request.headers["x-livekeeper-delivery"]);
				// Refuses the first request for good, so only a manual resend delivers it.
				const isRefused = delivered.length === 0;
				delivered.push(id);
				response.writeHead(isRefused ? 410 : 204).end();
			});
		});
		await once(receiver.listen(0, "127.0.0.1"), "listening");
		onTestFinished(() => void receiver.close());
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const panel = page.getByRole("region", { name: "推送目标" });
		await panel.getByLabel("地址").fill("https://a:b@example.com/");
		await panel.getByRole("button", { name: "保存" }).click();
		await panel.getByRole("alert").waitFor();
		await panel.getByLabel("地址").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
		await panel.getByLabel("只要这些").first().check();
		await panel.getByRole("textbox", { name: "直播间" }).fill("nobody-is-there");
		await panel.getByRole("button", { name: "预览" }).click();
		await panel.getByText("按过去一小时的情况，没有需要发送的内容").waitFor();
		await panel.getByText("更多条件").click();
		await panel.getByLabel("弹幕匹配正则表达式才发").fill("[z-a]弹幕");
		await panel.getByRole("button", { name: "预览" }).click();
		await panel.getByRole("alert").getByText("字符范围无效（从第 2 个字符起：z-a）").waitFor();
		await panel.getByLabel("弹幕匹配正则表达式才发").fill("");
		await panel.getByLabel("只要这些", { exact: true }).nth(1).check();
		await panel.getByLabel("消息无法存储").check();
		await panel.getByRole("button", { name: "预览" }).click();
		await panel.getByText("目前无法存储消息").waitFor();
		await panel.getByLabel("所有种类").check();
		await panel.getByRole("textbox", { name: "直播间" }).fill("1001");
		await panel.getByRole("button", { name: "保存" }).click();
		const secret = panel.getByRole("status").locator("code");
		expect(await secret.textContent()).toMatch(/^tgsec_/);
		await panel.getByRole("button", { name: "测试" }).click();
		await panel.getByText("测试成功，接收方已收到（HTTP 204").waitFor();
		expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({ test: true, events: [] });
		expect(asked[0]?.signature).toMatch(/^v1=/);
		await panel.getByRole("button", { name: "测试" }).click();
		await panel.getByRole("alert").getByText("503").waitFor();
		await panel.getByRole("button", { name: "发送记录" }).click();
		const history = panel.getByRole("region", { name: "最近的发送" });
		const refused = history.getByRole("listitem").filter({ hasText: "未送达" });
		await refused.getByText("接收方应答 410").waitFor();
		await history.getByRole("listitem").filter({ hasText: "已送达" }).first().waitFor();
		expect(await axeFaults(page)).toEqual([]);
		await refused.getByRole("button", { name: "重发" }).click();
		await refused.waitFor({ state: "detached" });
		await until("it is sent again", () => delivered.filter((id) => id === delivered[0]).length === 2);
		await panel.getByRole("button", { name: "停用" }).click();
		await panel.getByText("已停用").waitFor();
		await page.reload();
		await panel.getByText("已停用").waitFor();
		expect(await page.content()).not.toContain("tgsec_");
		await panel.getByRole("button", { name: "移除" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "移除" }).click();
		await panel.getByText("还没有推送目标").waitFor();
		expect(complaints.filter((text) => !text.startsWith("400 "))).toEqual([]);
	});

	test("preview a message, and stay at the saved target", async () => {
		const bodies: { markdown: { text: string } }[] = [];
		const robot = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => (body += chunk));
			request.on("end", () => {
				bodies.push(JSON.parse(body));
				response.writeHead(200, { "content-type": "application/json" }).end('{"errcode":0,"errmsg":"ok"}');
			});
		});
		await once(robot.listen(0, "127.0.0.1"), "listening");
		onTestFinished(() => void robot.close());
		await until("the room has a chat message", async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/1001/events?types=chat&limit=1");
			return (body as { events: unknown[] }).events.length > 0;
		});
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const panel = page.getByRole("region", { name: "推送目标" });
		await panel.getByLabel("发到哪里").selectOption("telegram");
		await panel.getByLabel("机器人令牌").fill("abc");
		await panel.getByLabel("聊天编号").fill("1");
		await panel.getByRole("button", { name: "保存" }).click();
		await panel.getByRole("alert").getByText("例如 123456789:AAE").waitFor();
		await panel.getByLabel("发到哪里").selectOption("dingtalk");
		await panel.getByLabel("地址").fill(`http://127.0.0.1:${(robot.address() as AddressInfo).port}/?access_token=a`);
		await panel.getByLabel("名称（可选）").fill("值班群");
		await panel.getByLabel("只要这些", { exact: true }).nth(1).check();
		await panel.getByLabel("弹幕", { exact: true }).check();
		// A state that has yet to last would delay everything after it.
		await panel.getByLabel("情况持续多少秒才通知").fill("0");
		await panel.getByRole("button", { name: "预览" }).click();
		const bubble = panel.locator("[data-bubble]").first();
		await bubble.waitFor();
		const [title, ...lines] = await bubble.locator("p").allTextContents();
		expect(title).not.toMatch(/[{"#]/);
		for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d .+/);
		await panel.getByText("查看发送的原文").first().click();
		await panel.getByText('"msgtype": "markdown"').first().waitFor();
		expect(await axeFaults(page)).toEqual([]);
		await panel.getByLabel("新加的直播间从哪条消息开始发").selectOption("oldest");
		await panel.getByRole("button", { name: "保存" }).click();
		const row = panel.getByRole("listitem").filter({ hasText: "值班群" });
		await row.getByText("已保存").waitFor();
		expect(await row.getByRole("heading").evaluate((heading) => heading === heading.ownerDocument.activeElement)).toBe(
			true,
		);
		await row.getByRole("button", { name: "测试" }).scrollIntoViewIfNeeded();
		const { y = -1 } = (await row.boundingBox()) ?? {};
		expect(y).toBeGreaterThanOrEqual(0);
		await until("the preview's message arrives", () =>
			bodies.some(({ markdown: { text } }) => text.replaceAll("\n\n", "\n").includes(lines[0] ?? "")),
		);
		await row.getByRole("button", { name: "修改" }).click();
		await row.getByRole("button", { name: "保存" }).click();
		await row.getByText("已保存").waitFor();
		await row.getByRole("button", { name: "移除" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "移除" }).click();
		await panel.getByText("还没有推送目标").waitFor();
		expect(complaints.filter((text) => !text.startsWith("400 "))).toEqual([]);
	});

	test("show the configuration and save a backup", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const panel = page.getByRole("region", { name: "保留期限与上限" });
		await panel.getByLabel("查找选项").fill("LIVEKEEPER_UPSTREAM_URL");
		await panel.getByText(simulator.url).waitFor();
		const [download] = await Promise.all([
			page.waitForEvent("download"),
			page.getByRole("button", { name: "下载备份" }).click(),
		]);
		expect(download.suggestedFilename()).toMatch(/livekeeper/);
		expect(
			readFileSync(await download.path())
				.subarray(0, 15)
				.toString(),
		).toBe("SQLite format 3");
		await page.getByText("secret.key").waitFor();
		expect(complaints).toEqual([]);
	});

	test.each([
		["light", "zh-CN", 1440],
		["dark", "en-US", 360],
	] as const)("are accessible in %s, %s, %i px", async (theme, locale, width) => {
		const { page, complaints } = await openPage(browser, "about:blank", { theme, locale, width });
		for (const path of ["/connections", "/settings", "/doctor"]) {
			await page.goto(`${service.url}${path}`);
			await page.getByRole("heading", { level: 2 }).first().waitFor();
			expect(await axeFaults(page)).toEqual([]);
			// Nothing overflows sideways.
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
			expect(await page.evaluate("content.scrollWidth <= content.clientWidth")).toBe(true);
		}
		expect(complaints).toEqual([]);
	});
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeChatMessage, encodeGiftMessage } from "@livekeeper/douyin/wire";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** Journeys of one streamer through the page, in one browser and on one service; each continues from those before it. */
describe.skipIf(chromiumPath === undefined)("a streamer", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 4, seed: 7, port: 0 });
		service = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			config: { cookie: "ttwid=1%7Cvisitor", target_allow_private: true },
		});
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	function room() {
		const found = simulator.room("1001");
		if (!found) throw new Error("the simulator has no room 1001");
		return found;
	}

	function give(name: string, diamondCount: number): void {
		const counted = { giftId: "464", repeatCount: 1, comboCount: 1, groupCount: 1, repeatEnd: 1 };
		const common = { method: "WebcastGiftMessage", createTime: Date.now(), isShowMsg: true };
		const user = { id: "42", nickname: "灯塔" };
		const gift = { id: "464", name, diamondCount };
		room().push("WebcastGiftMessage", encodeGiftMessage({ common, user, ...counted, gift }));
	}

	test("adds a room from a share text, reads its messages", async () => {
		const { page, complaints, foreign } = await openPage(browser, service.url);
		await page.getByRole("heading", { name: "还没有直播间" }).waitFor();
		const box = page.getByRole("textbox", { name: "添加直播间" });
		await box.fill(room().links(simulator.url).shareText);
		await box.press("Enter");
		await page.getByText("正在直播。").waitFor();
		await page.keyboard.press("Enter");
		const row = page.getByRole("row").filter({ has: page.getByRole("link") });
		await row.getByText("已连接").filter({ visible: true }).waitFor();
		await row.getByRole("link").click();
		const feed = page.getByRole("region", { name: "实时消息" }).getByRole("list");
		await feed.getByRole("listitem").nth(3).waitFor();
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});

	test("logs in with a pasted cookie", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		await page.getByRole("button", { name: "登录后接收礼物" }).click();
		const dialog = page.getByRole("dialog", { name: "登录后接收礼物" });
		await dialog.getByRole("button", { name: "下一步" }).click();
		await dialog.getByLabel("粘贴复制的内容").fill("Cookie: sessionid=hush; ttwid=1%7Ca; s_v_web_id=verify_1");
		await dialog.getByText("已登录", { exact: true }).waitFor();
		await dialog.getByRole("button", { name: "下一步" }).click();
		await dialog.getByLabel("所有直播间，包括以后添加的").check();
		await dialog.getByRole("button", { name: "开始使用" }).click();
		await until("the room connects with the login", () => simulator.identities.info("hush").rooms === 1);
		expect(await page.content()).not.toContain("hush");
		expect(complaints).toEqual([]);
	});

	test("watches a gift arrive", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`);
		const feed = page.getByRole("region", { name: "实时消息" }).getByRole("list");
		await feed.getByRole("listitem").first().waitFor();
		give("嘉年华", 30_000);
		await feed.getByText("嘉年华").first().waitFor();
		expect(complaints).toEqual([]);
	});

	test("searches what was said before", async () => {
		const common = { method: "WebcastChatMessage", createTime: Date.now(), isShowMsg: true };
		const user = { id: "43", nickname: "船长" };
		room().push("WebcastChatMessage", encodeChatMessage({ common, user, content: "手工木船第三天" }));
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`);
		const feed = page.getByRole("region", { name: "实时消息" });
		await feed.getByText("手工木船第三天").first().waitFor();
		await feed.getByRole("searchbox").fill("木船");
		const results = feed.getByRole("region", { name: "搜索结果" });
		await results.getByText("手工木船第三天").waitFor();
		expect(complaints).toEqual([]);
	});

	test("sends gifts to a receiver", async () => {
		const received: string[] = [];
		const receiver = createServer((request, response) => {
			let body = "";
			request.on("data", (chunk) => (body += chunk));
			request.on("end", () => {
				received.push(body);
				response.writeHead(204).end();
			});
		});
		await once(receiver.listen(0, "127.0.0.1"), "listening");
		onTestFinished(() => void receiver.close());
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		const panel = page.getByRole("region", { name: "推送目标" });
		await panel.getByLabel("地址").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
		await panel.getByLabel("所有种类").check();
		await panel.getByRole("button", { name: "保存" }).click();
		await panel.getByRole("button", { name: "测试" }).click();
		await panel.getByText("测试成功，接收方已收到（HTTP 204").waitFor();
		give("热气球", 520);
		await until("the receiver has the gift", () => received.some((body) => body.includes("热气球")));
		expect(complaints).toEqual([]);
	});

	test("puts an overlay into OBS", async () => {
		const url = `${service.url}/overlay/1001?kinds=chat,gift&fade=0`;
		const { page, complaints, foreign } = await openPage(browser, url, { width: 420, height: 640 });
		await until("a line is shown", async () => {
			// Events from before the overlay was open are not shown.
			give("嘉年华", 30_000);
			return (await page.locator(".overlay .line").count()) > 0;
		});
		const background = await page.evaluate("getComputedStyle(document.querySelector('.overlay')).backgroundColor");
		expect(background).toBe("rgba(0, 0, 0, 0)");
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});
});

import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";

describe.skipIf(chromiumPath === undefined)("the box for pasted rooms", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 4, rate: 1, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	const linksOf = (liveId: string) => {
		const room = simulator.room(liveId);
		if (!room) throw new Error(`no room ${liveId}`);
		return { room, ...room.links(simulator.url) };
	};

	test.each([1440, 390])("shows each room's anchor, or the mistake, at %i px", async (width) => {
		const { page, complaints } = await openPage(browser, service.url, { width });
		const box = page.getByRole("textbox", { name: "添加直播间" });
		const list = page.getByRole("group", { name: "找到的直播间" });
		const paste = async (text: string) => {
			await box.fill(text);
			await box.press("Enter");
			await list.waitFor();
			return list;
		};
		const { room, short, shareText, followLive, rootLive, displayId } = linksOf("1001");
		const twelve = [
			...["1001", "https://live.douyin.com/1001", "live.douyin.com/1001?from=web_code_link"],
			...["https://www.douyin.com/follow/live/1001", "https://www.douyin.com/root/live/1001?x=1", followLive, rootLive],
			...[short, `${short.slice(0, -1)} 复制此链接`, shareText, `抖音号：${displayId}`],
			`https://webcast.amemv.com/douyin/webcast/reflow/${room.roomId}?u_code=0&sec_user_id=x`,
		];
		expect(twelve).toHaveLength(12);
		for (const text of twelve) {
			const found = await paste(text);
			await found.getByText(room.info.title).waitFor();
			await found.getByText("正在直播。").waitFor();
			await found.getByRole("button", { name: "添加" }).waitFor();
		}
		const bad = [
			["hello-nobody", "没有这个抖音号"],
			["https://www.douyin.com/user/MS4wLjABAAAA", "个人主页不是直播间"],
			["https://www.douyin.com/video/7391234567890123456", "视频或图文不是直播间"],
			["https://www.kuaishou.com/u/abc", "这不是抖音的网址"],
			["https://live.douyin.com/", "不是直播间"],
			["我想看那个主播", "这里没有直播间"],
			["https://v.douyin.com/AAAAAAAAAAA/", "已失效"],
		] as const;
		for (const [text, message] of bad) {
			const found = await paste(text);
			await found.getByText(message).waitFor();
			expect(await found.getByRole("button").count()).toBe(0);
			expect(await box.getAttribute("aria-invalid")).toBe("true");
		}
		simulator.room("1001")?.setFault({ fault: "captcha", count: 1 });
		await (await paste(short)).getByText("没能查到这个链接指向哪个直播间").waitFor();
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		expect(complaints).toEqual([]);
	});

	test("adds several at once, and opens a kept one", async () => {
		const { page } = await openPage(browser, service.url);
		const box = page.getByRole("textbox", { name: "添加直播间" });
		await box.fill(`${linksOf("1002").shareText}\nhttps://live.douyin.com/1003 https://www.douyin.com/user/MS4w`);
		await box.press("Enter");
		await page.getByText("找到 2 个直播间").waitFor();
		await page.getByRole("button", { name: "全部添加" }).click();
		await page.getByText(/^已添加 /).waitFor();
		for (const liveId of ["1002", "1003"]) {
			await page.getByRole("link", { name: simulator.room(liveId)?.info.title ?? "" }).waitFor();
		}
		await box.fill("1002");
		await box.press("Enter");
		await page.getByText("已经添加过了。").waitFor();
		await page.getByRole("group", { name: "找到的直播间" }).getByRole("link", { name: "打开" }).click();
		await page.getByRole("region", { name: "实时消息" }).waitFor();
	});
});

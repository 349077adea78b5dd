import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { RoomLog } from "../kit/room-log.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

describe.skipIf(chromiumPath === undefined)("the page", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 4, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("follows a pasted room through refresh, kill and restart", async () => {
		const { page, complaints, foreign } = await openPage(browser, service.url);
		await page.getByRole("heading", { name: "还没有直播间" }).waitFor();
		const box = page.getByRole("textbox", { name: "添加直播间" });
		await box.fill("【木船】正在直播，快来看：https://live.douyin.com/1001 复制此链接");
		await box.press("Enter");
		await page.getByText("正在直播。").waitFor();
		// The result has the focus, so Enter adds it.
		await page.keyboard.press("Enter");
		const row = page.getByRole("row").filter({ has: page.getByRole("link") });
		await row.getByText("已连接").filter({ visible: true }).waitFor();
		await row.getByRole("link").click();
		const feed = page.getByRole("region", { name: "实时消息" }).getByRole("list");
		await feed.getByRole("listitem").nth(5).waitFor();

		// The browser's actions change nothing upstream.
		const sockets = () => simulator.connections().map(({ id, liveId, connectedAt }) => ({ id, liveId, connectedAt }));
		const before = sockets();
		expect(before).toHaveLength(1);
		for (let i = 0; i < 3; i++) await page.reload();
		await feed.getByRole("listitem").nth(5).waitFor();
		expect(sockets()).toEqual(before);

		const first = (await chatSeqs(page)).at(0) ?? 0;
		expect(first).toBeGreaterThan(0);
		await service.stop("SIGKILL");
		await page.getByRole("alert").getByText("连不上 livekeeper 服务").waitFor();
		await service.start();
		await page.getByText("服务正常").waitFor();
		const atRestart = (await logged(service)).at(-1) ?? 0;
		await until("the feed continues", async () => ((await chatSeqs(page)).at(-1) ?? 0) > atRestart);
		const shown = await chatSeqs(page);
		const log = await logged(service);
		expect(shown).toEqual(log.filter((seq) => seq >= (shown[0] ?? 0) && seq <= (shown.at(-1) ?? 0)));
		expect(shown.filter((seq) => seq > atRestart).length).toBeGreaterThan(0);

		// Filtered lines are not lost.
		await page.getByLabel("谁的消息").selectOption("level30");
		await until("only people of level 30 and up are shown", async () =>
			(await levels(page)).every((level) => level >= 30),
		);
		await page.getByLabel("谁的消息").selectOption("all");
		await until("all are shown again", async () => (await levels(page)).some((level) => level < 30));

		await page.getByRole("button", { name: "停止" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "停止" }).click();
		await page.getByRole("button", { name: "开始连接" }).waitFor();
		expect((await service.request("GET", "/api/v1/rooms")).body).toMatchObject({ count: 0 });
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});

	test("speaks one language at a time, and remembers it", async () => {
		await service.startRoom("1002");
		const { page, complaints } = await openPage(browser, service.url, { locale: "en-US" });
		await page.getByRole("row").getByText("Connected").filter({ visible: true }).first().waitFor();
		expect(await page.locator("html").getAttribute("lang")).toBe("en");
		await page.getByRole("button", { name: "Language" }).click();
		await page.getByRole("menuitemradio", { name: "中文" }).click();
		await page.getByRole("row").getByText("已连接").filter({ visible: true }).first().waitFor();
		await page.reload();
		await page.getByRole("row").getByText("已连接").filter({ visible: true }).first().waitFor();
		expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
		expect(complaints).toEqual([]);
	});

	test("opens the wall by bookmark or button, leaves with Esc", async () => {
		await service.startRoom("1002");
		const { page, complaints } = await openPage(browser, `${service.url}/?wall=1`);
		await page.getByRole("article").getByText("已连接").first().waitFor();
		expect(await page.getByRole("navigation").count()).toBe(0);
		expect(await page.getByRole("textbox").count()).toBe(0);
		expect(await axeFaults(page)).toEqual([]);
		await page.keyboard.press("Escape");
		await page.getByRole("navigation").waitFor();
		await page.getByRole("button", { name: "大屏模式" }).click();
		await page.waitForURL(/wall=1/);
		await page.getByRole("article").first().waitFor();
		expect(complaints).toEqual([]);
	});

	test("leads home from an address that does not exist", async () => {
		const { page } = await openPage(browser, `${service.url}/nothing/here`);
		await page.getByRole("heading", { name: "没有这个页面" }).waitFor();
		await page.goto(`${service.url}/rooms/doesnotexist`);
		await page.getByRole("heading", { name: "这里没有直播间 doesnotexist" }).waitFor();
		await page.getByRole("main").getByRole("link", { name: "回到直播间列表" }).click();
		await page.waitForURL(`${service.url}/`);
		await page
			.getByRole("heading", { name: "直播间", exact: true })
			.or(page.getByText("还没有直播间"))
			.first()
			.waitFor({ state: "attached" });
	});

	test("explains a wrong address beside the box", async () => {
		const { page } = await openPage(browser, service.url);
		const box = page.getByRole("textbox", { name: "添加直播间" });
		await box.fill("https://example.com/1");
		await box.press("Enter");
		await page.getByText("这不是抖音的网址。").waitFor();
		await page.getByText("复制链接").waitFor();
		expect(await box.getAttribute("aria-invalid")).toBe("true");
	});

	test.each([
		["light", "zh-CN", 1440],
		["dark", "en-US", 360],
	] as const)("is accessible in %s, %s, %i px", async (theme, locale, width) => {
		await service.startRoom("1001");
		const { page } = await openPage(browser, "about:blank", { theme, locale, width });
		for (const path of ["/", "/rooms/1001"]) {
			await page.goto(`${service.url}${path}`);
			await page
				.getByText(locale === "en-US" ? "Connected" : "已连接")
				.filter({ visible: true })
				.first()
				.waitFor();
			expect(await axeFaults(page)).toEqual([]);
			// Nothing overflows sideways.
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		}
	});

	test("adds, opens and stops a room by keyboard alone", async () => {
		// Another test may have added it.
		await service.request("DELETE", "/api/v1/rooms/1002");
		const { page } = await openPage(browser, service.url);
		await page.getByRole("textbox", { name: "添加直播间" }).focus();
		await page.keyboard.type("1002");
		await page.keyboard.press("Enter");
		await page.getByText("Live now.").or(page.getByText("正在直播。")).waitFor();
		await page.keyboard.press("Enter");
		const link = page.getByRole("link", { name: simulator.room("1002")?.info.title ?? "" });
		await link.waitFor();
		await tabTo(page, "A", simulator.room("1002")?.info.title ?? "");
		await page.keyboard.press("Enter");
		await page.getByRole("region", { name: "实时消息" }).waitFor();
		await tabTo(page, "BUTTON", "停止");
		await page.keyboard.press("Enter");
		await page.getByRole("alertdialog").waitFor();
		// The harmless choice has the focus; the other one is one step away.
		await tabTo(page, "BUTTON", "停止");
		await page.keyboard.press("Enter");
		await page.getByRole("button", { name: "开始连接" }).waitFor();
	});

	test("asks for the key once if one is set", async () => {
		const locked = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			config: { api_key: "key-0123456789abcdef" },
		});
		try {
			const { page, complaints } = await openPage(browser, locked.url);
			await page.getByRole("heading", { name: "请输入 API 密钥" }).waitFor();
			await page.getByLabel("API 密钥").fill("wrong-0123456789");
			await page.getByRole("button", { name: "进入" }).click();
			await page.getByRole("alert").getByText("密钥不正确").waitFor();
			await page.getByLabel("API 密钥").fill("key-0123456789abcdef");
			await page.getByRole("button", { name: "进入" }).click();
			await page.getByRole("heading", { name: "还没有直播间" }).waitFor();
			await page.reload();
			await page.getByRole("heading", { name: "还没有直播间" }).waitFor();
			expect(complaints.filter((text) => !text.startsWith("401 "))).toEqual([]);
		} finally {
			await locked.close();
		}
	});
});

/** Presses Tab until such an element with such a text has the focus. */
async function tabTo(page: Page, tag: string, text: string): Promise<void> {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		const [focusedTag, focusedText] = await page
			.locator(":focus")
			.evaluate((element) => [element.tagName, element.textContent ?? ""]);
		if (focusedTag === tag && focusedText?.includes(text)) return;
	}
	throw new Error(`Tab never led to ${tag} ${text}`);
}

/** Returns the `seq` of the chat lines in the feed, from top to bottom. */
function chatSeqs(page: Page): Promise<number[]> {
	return page.locator('li[data-kind="chat"]').evaluateAll((lines) => lines.map((line) => Number(line.dataset["seq"])));
}

/** Returns the levels shown in chat lines. */
function levels(page: Page): Promise<number[]> {
	const chips = page.locator('li[data-kind="chat"] .chip[title="等级"]');
	return chips.evaluateAll((all) => all.map((chip) => Number(chip.textContent)));
}

/** Returns the `seq` of all chat in room 1001's log. */
async function logged(service: ServiceProcess): Promise<number[]> {
	const log = new RoomLog(service, "1001");
	await log.readOn();
	return log.events.filter(({ type }) => ["chat", "emoji_chat", "screen_chat"].includes(type)).map(({ seq }) => seq);
}

import { readFile } from "node:fs/promises";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser, styleOf } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

describe.skipIf(chromiumPath === undefined)("the page of a room", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 20, seed: 11, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		await service.startRoom("1001");
		await until("gifts have arrived", async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/1001");
			return (body as { room: { diamonds: number } }).room.diamonds > 0;
		});
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("shows figures, gifts and the export beside the feed", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`, { width: 1440, height: 900 });
		const inSight: Locator[] = [
			page.locator('[data-number="diamonds"]'),
			page.locator('[data-number="viewers"]'),
			page.locator('[data-number="peak"]'),
			page.getByRole("button", { name: "礼物收全了吗？" }),
			page.getByRole("table", { name: "按送礼人（抖币）" }),
			page.getByRole("table", { name: "按礼物（抖币）" }),
			page.getByRole("combobox", { name: "场次" }),
			page.getByRole("group", { name: "场次" }).getByRole("button", { name: "CSV" }),
		];
		for (const part of inSight) {
			await part.waitFor();
			const { y, height } = (await part.boundingBox()) ?? { y: 0, height: 10_000 };
			expect(y + height).toBeLessThanOrEqual(900);
		}
		// The totals are of one moment, wherever the broadcast is shown.
		const totals = await page.evaluate(
			"[...document.querySelectorAll('[data-number=diamonds], #panel-broadcasts dd')].slice(0, 2).map((sum) => sum.firstChild.textContent.trim())",
		);
		expect(totals).toEqual([expect.stringMatching(/^[\d,]+$/), (totals as string[])[0]]);
		// A broadcast of seconds has nothing to draw: there is one sentence, and no empty chart.
		const charts = page.getByRole("region", { name: "走势" });
		await charts.getByText("开播不到两分钟，走势稍后显示；数字见上方。").waitFor();
		expect(await charts.locator("canvas").count()).toBe(0);

		for (const kind of ["进场", "点赞"]) {
			const button = page.getByRole("button", { name: kind, exact: true });
			expect(await button.getAttribute("aria-pressed")).toBe("false");
		}
		const feed = page.getByRole("region", { name: "实时消息" });
		await feed.locator('li[data-kind="chat"]').nth(8).waitFor();
		expect(await feed.locator('li[data-kind="member"], li[data-kind="like"]').count()).toBe(0);
		const names = await feed.locator('li[data-kind="chat"] .name').all();
		const colours = await Promise.all(names.slice(-20).map((name) => styleOf(name, "color")));
		expect(new Set(colours).size).toBeGreaterThan(1);

		// Exact, because each side of the page has a part with this name.
		const connection = page.locator("details").filter({ has: page.getByText("连接", { exact: true }) });
		expect(await connection.getByText("服务器", { exact: true }).isVisible()).toBe(false);
		await connection.getByText("连接", { exact: true }).click();
		await connection.getByText("服务器", { exact: true }).waitFor();
		const saved = page.waitForEvent("download");
		await page.getByRole("group", { name: "场次" }).getByRole("button", { name: "CSV" }).click();
		expect((await saved).suggestedFilename()).toMatch(/^\S.* \d{4}-\d\d-\d\d( \d\d\.\d\d)?\.csv$/);
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("shows figures above the feed and tabs on a phone", async () => {
		const { page } = await openPage(browser, `${service.url}/rooms/1001`, { width: 390, height: 800, theme: "dark" });
		const diamonds = page.locator('[data-number="diamonds"]');
		await diamonds.waitFor();
		expect((await diamonds.boundingBox())?.y).toBeLessThan(300);
		await page.getByRole("region", { name: "实时消息" }).locator("li").first().waitFor();
		const parts = { 礼物: "按送礼人（抖币）", 走势: "走势", 历史场次: "历史场次", 连接: "连接" };
		for (const [tab, part] of Object.entries(parts)) {
			await page.getByRole("tab", { name: tab }).click();
			const shown = page.getByRole("region", { name: part }).or(page.getByRole("table", { name: part }));
			await shown.first().waitFor();
			expect(await page.getByRole("region", { name: "实时消息" }).isVisible()).toBe(false);
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
			expect(await axeFaults(page)).toEqual([]);
		}
	});

	test("keeps filters and search through reload and back navigation", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`, { width: 1440, height: 900 });
		const search = page.getByRole("searchbox", { name: "搜索消息、昵称或抖音号" });
		const follow = page.getByRole("group", { name: "显示的消息种类" }).getByRole("button", { name: "关注" });
		await search.waitFor();
		// The box has room for a sentence, not just a word.
		expect((await search.boundingBox())?.width).toBeGreaterThan(150);
		await follow.click();
		await page.getByLabel("谁的消息").selectOption("level30");
		await search.fill("666");
		await page.waitForURL(/q=666/);
		const asIs = async () => {
			await page.getByRole("region", { name: "搜索结果" }).waitFor();
			expect(await search.inputValue()).toBe("666");
			expect(await follow.getAttribute("aria-pressed")).toBe("false");
			expect(await page.getByLabel("谁的消息").inputValue()).toBe("level30");
		};
		await asIs();
		await page.reload();
		await asIs();
		await page.getByRole("link", { name: "报告" }).first().click();
		await page.waitForURL(/\/broadcasts\//);
		await page.goBack();
		await asIs();
		await search.press("Escape");
		await follow.click();
		await page.getByLabel("谁的消息").selectOption("all");
		await until("the address is the original one", async () => new URL(page.url()).search === "");
		expect(complaints).toEqual([]);
	});

	test("does not report missing gifts while they are loading", async () => {
		const { page } = await openPage(browser, "about:blank", { width: 1440, height: 900 });
		let answer: () => void = () => undefined;
		const asked = new Promise<void>((resolve) => (answer = resolve));
		await page.route(/\/gifts\?/, async (route) => {
			await asked;
			await route.continue();
		});
		await page.goto(`${service.url}/rooms/1001`);
		const gifts = page.getByRole("region", { name: "礼物", exact: true });
		await gifts.getByText("正在读取…").waitFor();
		answer();
		await gifts.getByRole("table", { name: "按礼物（抖币）" }).waitFor();
		expect(await gifts.getByText("正在读取…").count()).toBe(0);
	});

	test.each([
		{ theme: "light", width: 1440 },
		{ theme: "dark", width: 390 },
	] as const)("shows the day over all rooms, %j", async (look) => {
		const { page, complaints } = await openPage(browser, `${service.url}/today`, look);
		await page.getByRole("table", { name: "按礼物（抖币）" }).waitFor();
		const live = page.getByRole("region", { name: "正在直播（1）" });
		expect(await live.getByRole("link").count()).toBe(1);
		const row = page.getByRole("region", { name: "今天的场次" }).getByRole("row");
		expect(await row.count()).toBe(2);
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		expect(await page.title()).toMatch(/今天/);
		expect(complaints).toEqual([]);
	});

	test("lists kinds of messages, with fields of unknown ones", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`, { width: 390, height: 800 });
		await page.getByRole("tab", { name: "连接" }).click();
		const title = page.locator("summary", { hasText: "消息种类" });
		const look = page.getByRole("button", { name: "查看字段" }).first();
		await until("an untyped event has arrived", async () => {
			// It is loaded each time it is opened.
			await title.click();
			await page.getByRole("rowheader", { name: "chat", exact: true }).waitFor();
			if (await look.isVisible()) return true;
			await title.click();
			return false;
		});
		await look.click();
		const fields = page.getByRole("region", { name: "的字段" });
		await fields.getByText(/^1:/).first().waitFor();
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("prints a broadcast's report and saves it as a picture", async () => {
		const size = { width: 1200, height: 700 };
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/rooms/1001`, {
			...size,
			theme: "dark",
		});
		await page.locator("#panel-broadcasts").getByRole("link", { name: "报告" }).first().click();
		const sheet = page.getByRole("article");
		await sheet.getByText("新增关注").first().waitFor();
		const { body } = await service.request("GET", "/api/v1/rooms/1001/broadcasts/latest/report");
		const report = body as { broadcast: { title: string }; gifts: { by_giver: { nickname: string }[] } };
		await page.getByRole("heading", { level: 1 }).getByText(report.broadcast.title).waitFor();
		await sheet
			.getByText(report.gifts.by_giver[0]?.nickname ?? "")
			.first()
			.waitFor();
		expect(await axeFaults(page)).toEqual([]);

		const saved = page.waitForEvent("download");
		await page.getByRole("button", { name: "存为图片" }).click();
		const picture = await saved;
		expect(picture.suggestedFilename()).toMatch(/^1001-\d+\.png$/);
		const png = await readFile(await picture.path());
		const { width = 0, height = 0 } = (await sheet.boundingBox()) ?? {};
		// The PNG's header has the whole size, at two pixels per page pixel, however little of it is visible.
		expect(png.readUInt32BE(16)).toBeCloseTo(width * 2, -1);
		expect(png.readUInt32BE(20)).toBeCloseTo(height * 2, -1);
		expect(height).toBeGreaterThan(500);

		await page.emulateMedia({ media: "print" });
		expect(await page.getByRole("navigation").isVisible()).toBe(false);
		expect(await page.getByRole("button", { name: "存为图片" }).isVisible()).toBe(false);
		// Paper is light, and as long as its content.
		expect(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bg').trim()")).toMatch(
			/^#f/,
		);
		expect(await page.evaluate("document.getElementById('content').scrollHeight <= document.body.scrollHeight")).toBe(
			true,
		);
		const pdf = await page.pdf({ format: "A4" });
		expect(pdf.subarray(0, 4).toString()).toBe("%PDF");
		expect([complaints, foreign]).toEqual([[], []]);
	});
});

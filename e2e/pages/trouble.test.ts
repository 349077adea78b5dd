import { join } from "node:path";
import type { Room } from "@livekeeper/client";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import Database from "better-sqlite3";
import type { Browser, Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, type PageOptions, startBrowser, styleOf } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

const looks: PageOptions[] = [
	{ theme: "light", width: 1440, height: 900 },
	{ theme: "dark", width: 390, height: 800 },
];

describe.skipIf(chromiumPath === undefined)("trouble on the page", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 3, rate: 4, seed: 7, port: 0 });
		simulator.identities.set("meagre", { gifts: "first:1" });
		simulator.room("1003")?.change({ rate: 30 });
		simulator.room("1002")?.setFault({ fault: "device_blocked", for_ms: 3_600_000 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		for (const room of ["1001", "1002"]) await service.startRoom(room);
		await service.request("PUT", "/api/v1/rooms/1003", { cookie: "sessionid=meagre" });
		await until("a room is refused", async () => (await roomOf("1002")).state === "blocked");
		await until("a room misses gifts", async () => (await roomOf("1003")).trouble === "gifts");
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	async function roomOf(liveId: string): Promise<Pick<Room, "state" | "trouble" | "reason" | "gift_coverage">> {
		const headers = { "accept-language": "zh-CN" };
		const answer = await fetch(`${service.url}/api/v1/rooms/${liveId}`, { headers });
		return ((await answer.json()) as { room: Room }).room;
	}

	test.each(looks)("shows a failing room with its reason, %j", async (look) => {
		const { page, complaints } = await openPage(browser, `${service.url}/?wall=1`, look);
		const bad = page.getByRole("article").filter({ hasText: "被拒绝" });
		const fine = page.getByRole("article").filter({ hasText: "已连接" });
		const { help } = (await roomOf("1002")).reason;
		const reason = bad.getByText(help?.replace(/[.。]$/, "") ?? expect.fail());
		await reason.waitFor();
		await fine.waitFor();
		expect(await isWhole(reason)).toBe(true);
		expect(await styleOf(bad, "background-color")).not.toBe(await styleOf(fine, "background-color"));
		// Without anything to count there is no empty row.
		expect(await bad.getByRole("img", { name: "消息/分钟" }).count()).toBe(0);
		expect(await fine.getByRole("img", { name: "消息/分钟" }).count()).toBe(1);
		for (const card of [bad, fine]) await card.getByRole("img", { name: /^最近 1 小时：/ }).waitFor();
		await until("the tab counts it", async () => (await page.title()) === "(2) 直播间 · livekeeper");
		expect(await hasDrawnIcon(page)).toBe(true);
		await expectOpenToAll(page);
		expect(complaints).toEqual([]);
	});

	test.each(looks)("shows which room misses gifts, and how many, %j", async (look) => {
		const { page, complaints } = await openPage(browser, `${service.url}/?only=trouble`, look);
		const row = page.getByRole("row").filter({ hasText: "礼物不全" });
		await row.getByText(/^收到价值 [\d,]+ 抖币的礼物，实际送出约 [\d,]+ 抖币$/).waitFor();
		expect(await row.getByText("已连接").filter({ visible: true }).count()).toBe(0);
		expect(await row.getByText(/^\/ ≈[\d,]+$/).isVisible()).toBe(true);
		// Listed below refused rooms and above fine ones; a click hides the fine ones.
		const states = page
			.getByRole("row")
			.getByText(/^(被拒绝|礼物不全|已连接)$/)
			.filter({ visible: true });
		expect(await states.allTextContents()).toEqual(["被拒绝", "礼物不全"]);
		await page.getByRole("checkbox", { name: "只看异常" }).uncheck();
		await until(
			"all rooms are shown",
			async () => (await states.allTextContents()).join() === "被拒绝,礼物不全,已连接",
		);
		// The counter of a kind filters by it.
		await page.getByRole("button", { name: "1 个没收全礼物" }).click();
		await until("only these are shown", async () => (await states.allTextContents()).join() === "礼物不全");
		expect(page.url()).toContain("only=gifts");
		await page.goto(`${service.url}/?wall=1`);
		const card = page.getByRole("article").filter({ hasText: "礼物不全" });
		await card.getByText(/^收到价值 [\d,]+ 抖币的礼物，实际送出约 [\d,]+ 抖币$/).waitFor();
		await card.getByText((await roomOf("1003")).gift_coverage.why ?? "").waitFor();
		await expectOpenToAll(page);
		expect(complaints).toEqual([]);
	});

	test("asks once for all rooms without a login, until dismissed", async () => {
		const { page } = await openPage(browser, service.url, looks[0]);
		await page.getByRole("row").getByText("礼物不全").filter({ visible: true }).waitFor();
		const banner = page.getByRole("region", { name: "没有登录" });
		expect(await banner.count()).toBe(0);
		for (const liveId of ["1001", "1003"])
			await service.request("PATCH", `/api/v1/rooms/${liveId}`, { cookie: "ttwid=1" });
		await banner.getByText(/^2 个直播间没有登录抖音账号/).waitFor();
		await expectOpenToAll(page);
		await banner.getByRole("button", { name: "登录后接收礼物" }).click();
		await page.getByRole("dialog").waitFor();
		await page.keyboard.press("Escape");
		await banner.getByRole("button", { name: "不再提示" }).click();
		await page.reload();
		await page.getByRole("row").first().waitFor();
		expect(await banner.count()).toBe(0);
		for (const liveId of ["1001", "1003"]) await service.request("PATCH", `/api/v1/rooms/${liveId}`, { cookie: null });
	});

	test("shows why the service is not ready, until it is", async () => {
		const opened = await Promise.all([
			openPage(browser, service.url, looks[0]),
			openPage(browser, `${service.url}/?wall=1`, looks[1]),
		]);
		const [{ page }, { page: wall }] = opened;
		await page.getByText("服务正常").waitFor();
		const other = new Database(join(service.dataDir, "livekeeper.db"));
		try {
			other.exec("BEGIN IMMEDIATE");
			for (const one of [page, wall]) {
				await one.getByRole("alert").filter({ hasText: "存储：被其他程序锁定" }).waitFor();
				expect(await one.getByText("服务正常").count()).toBe(0);
				await expectOpenToAll(one);
			}
			other.exec("ROLLBACK");
		} finally {
			other.close();
		}
		await page.getByText("服务正常").waitFor();
		expect(await page.getByRole("alert").filter({ hasText: "存储" }).count()).toBe(0);
	});

	test("shows nothing green while the service is gone", async () => {
		const { page } = await openPage(browser, service.url, looks[0]);
		await page.getByRole("row").getByText("已连接").filter({ visible: true }).first().waitFor();
		const filter = () => styleOf(page.locator("main"), "filter");
		expect(await filter()).toBe("none");
		await service.stop("SIGKILL");
		await page.getByRole("alert").getByText("连不上 livekeeper 服务").waitFor();
		expect(await filter()).toContain("grayscale(1)");
		expect(await hasDrawnIcon(page)).toBe(true);
		await service.start();
		await page.getByText("服务正常").waitFor();
		expect(await filter()).toBe("none");
	});
});

/** Checks accessibility, and that nothing overflows sideways. */
async function expectOpenToAll(page: Page): Promise<void> {
	expect(await axeFaults(page)).toEqual([]);
	expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
	expect(await page.evaluate("content.scrollWidth <= content.clientWidth")).toBe(true);
}

/** Whether a text is shown completely, over as many lines as it needs. */
async function isWhole(text: Locator): Promise<boolean> {
	if ((await styleOf(text, "white-space")) === "nowrap") return false;
	return text.evaluate(({ scrollWidth, offsetWidth }) => scrollWidth <= offsetWidth);
}

/** Whether the browser's tab has an icon that the page has drawn and its policy allows. */
function hasDrawnIcon(page: Page): Promise<boolean> {
	return page.evaluate(`(async () => {
		const address = document.querySelector("link[rel=icon]").href;
		const picture = new Image();
		picture.src = address;
		await picture.decode();
		return address.startsWith("blob:") && picture.width > 0;
	})()`);
}

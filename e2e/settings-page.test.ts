import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, seriousFaults, startBrowser } from "./kit/browser.ts";
import { ServiceProcess } from "./kit/service-process.ts";

if (chromiumPath === undefined)
	console.info("Chromium is not installed (Debian: chromium): the tests of the page are skipped");

describe.skipIf(chromiumPath === undefined)("the pages beside the rooms", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	beforeAll(async () => {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 4, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { max_connections: 1 } });
		await service.startRoom("1001");
	});

	afterAll(async () => {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	});

	test("connections show the limit, who holds a permit and who waits for what; a higher limit lets the room in", async () => {
		const { page, complaints, foreign } = await openPage(browser, service.url);
		await page.getByRole("row").getByText("已连接").waitFor();
		await service.startRoom("1002");
		await page.getByRole("link", { name: "连接" }).click();
		await page.waitForURL("**/connections");
		await page.getByText("1 / 1").waitFor();
		const holders = page.getByRole("region", { name: "谁持有连接许可" });
		await holders.getByRole("listitem").first().waitFor();
		expect(await holders.getByRole("listitem").count()).toBe(1);
		const queue = page.getByRole("region", { name: "谁在排队，为什么" });
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

	test.each([
		["light", "zh-CN", 1440],
		["dark", "en-US", 1440],
		["light", "en-US", 360],
		["dark", "zh-CN", 360],
	] as const)("is open to everybody: nothing serious is found in %s, %s, %i px", async (theme, locale, width) => {
		for (const path of ["/connections"]) {
			const { page, complaints } = await openPage(browser, `${service.url}${path}`, { theme, locale, width });
			await page.getByRole("heading", { level: 2 }).first().waitFor();
			expect(await seriousFaults(page)).toEqual([]);
			// Nothing sticks out to the side.
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
			expect(await page.evaluate("content.scrollWidth <= content.clientWidth")).toBe(true);
			expect(complaints).toEqual([]);
			await page.context().close();
		}
	});
});

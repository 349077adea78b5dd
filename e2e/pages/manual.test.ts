import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, closePages, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";

const script = fileURLToPath(new URL("../../scripts/manual.mjs", import.meta.url));

describe.skipIf(chromiumPath === undefined)("the manual", () => {
	let browser: Browser;
	let service: ServiceProcess;

	beforeAll(async () => {
		const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
		expect(status, stderr).toBe(0);
		browser = await startBrowser();
		service = await ServiceProcess.start({ upstreamUrl: "http://127.0.0.1:1" });
	});

	afterEach(closePages);

	afterAll(async () => {
		await browser?.close();
		await service?.close();
	});

	async function search(page: Page, button: string, words: string): Promise<string[]> {
		await page.getByRole("button", { name: button, exact: true }).click();
		await page.getByRole("searchbox").fill(words);
		const found = page.locator(".VPLocalSearchBox .result");
		await found.first().waitFor();
		return found.evaluateAll((links) => links.map((link) => (link as unknown as { href: string }).href));
	}

	test("opens in the page's language and finds Chinese words", async () => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/doctor`, { locale: "zh-CN" });
		await page.evaluate('localStorage.setItem("livekeeper.theme", "dark")');
		await page.getByRole("link", { name: "打开使用手册" }).click();
		await page.getByRole("heading", { level: 1, name: "使用手册" }).waitFor();
		expect(await page.evaluate("document.documentElement.className")).toContain("dark");
		const found = await search(page, "搜索", "收不到礼物");
		expect(found.slice(0, 3).map((href) => decodeURI(href).split("/help/")[1])).toContainEqual(
			expect.stringMatching(/^zh\/gifts/),
		);
		await page.locator(".VPLocalSearchBox .result").first().click();
		await page.locator(".VPLocalSearchBox").waitFor({ state: "detached" });
		expect(page.url()).toContain("/help/zh/");
		expect([complaints, foreign]).toEqual([[], []]);
	});

	test.each([
		["light", "en-US", 1440, "/help/en/reading"],
		["dark", "zh-CN", 390, "/help/zh/targets"],
	] as const)("is accessible and fits its window: %s, %s, %i px", async (theme, locale, width, path) => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}${path}`, { theme, locale, width });
		await page.getByRole("heading", { level: 1 }).waitFor();
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		expect([complaints, foreign]).toEqual([[], []]);
	});

	test("changes the language in place, and colours code", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/help/en/reading`, { locale: "en-US" });
		const colour = (of: string) => page.evaluate(`getComputedStyle(document.querySelector("${of}")).color`);
		expect(await colour("pre .code-keyword")).not.toBe(await colour("pre"));
		await page.getByRole("button", { name: "Change language" }).hover();
		await page.getByRole("link", { name: "中文" }).click();
		await page.waitForURL("**/help/zh/reading");
		expect(complaints).toEqual([]);
	});
});

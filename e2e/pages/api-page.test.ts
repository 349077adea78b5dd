import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";

describe.skipIf(chromiumPath === undefined)("the page about the API", () => {
	let browser: Browser;
	let service: ServiceProcess;

	beforeAll(async () => {
		browser = await startBrowser();
		service = await ServiceProcess.start({ upstreamUrl: "http://127.0.0.1:1" });
	});

	afterAll(async () => {
		await browser?.close();
		await service?.close();
	});

	test.each([
		["light", "en-US", 1440],
		["dark", "zh-CN", 390],
	] as const)("is accessible, fits, loads nothing foreign: %s, %s, %i px", async (theme, locale, width) => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/docs`, { theme, locale, width });
		await page.getByRole("heading", { level: 1 }).waitFor();
		// Opens all its parts.
		await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		expect(await page.evaluate("getComputedStyle(document.querySelector('details')).borderRadius")).toBe("8px");
		expect([complaints, foreign]).toEqual([[], []]);
		await page.context().close();
	});

	test("links to the other language, and to each schema", async () => {
		const { page } = await openPage(browser, `${service.url}/docs`, { locale: "zh-CN" });
		await page.getByRole("link", { name: "English" }).click();
		await page.getByRole("heading", { name: "Schemas" }).waitFor();
		await page.locator("summary", { hasText: "/api/v1/rooms/{live_id}/broadcasts" }).first().click();
		await page.locator("summary", { hasText: "/api/live/status" }).click();
		await page.locator("#getStatus a, details[open] pre a").first().click();
		expect(new URL(page.url()).hash).toMatch(/^#schema-/);
		await page.context().close();
	});
});

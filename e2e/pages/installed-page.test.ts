import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

interface Kept {
	caches: string[];
	paths: string[];
}

describe.skipIf(chromiumPath === undefined)("the installed page", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	sharedByAll(
		async () => {
			browser = await startBrowser();
			simulator = await startSimulator({ rooms: 1, rate: 5, seed: 3, port: 0 });
			service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		},
		async () => {
			await browser?.close();
			await service?.close();
			await simulator?.close();
		},
	);

	test("opens without the service and reports that it is offline", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/settings`, { installs: true, width: 360 });
		await controlled(page);
		const session = await page.context().newCDPSession(page);
		const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
		// A context of a test is like a private window, in which nothing can be installed.
		expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
		const { errors } = await session.send("Page.getAppManifest");
		expect(errors).toEqual([]);
		// Nothing that the service has answered is kept, only files with hashed names and the page.
		await page.goto(`${service.url}/`);
		const { caches, paths } = await keptBy(page);
		expect(caches).toEqual([expect.stringMatching(/^livekeeper-shell-[0-9a-f]{16}$/)]);
		const isShell = (path: string) =>
			/^\/(assets\/[\w.-]+\.(js|css)|favicon\.svg|icon-192\.png|manifest\.webmanifest)?$/.test(path);
		expect(paths.filter((path) => !isShell(path))).toEqual([]);
		expect(paths.some((path) => path.startsWith("/assets/overlay-"))).toBe(false);
		expect(complaints).toEqual([]);

		await service.stop("SIGKILL");
		await page.goto(`${service.url}/rooms/1001`);
		await page.getByRole("alert").filter({ hasText: "连不上" }).first().waitFor();
		await page.getByRole("navigation").first().waitFor();
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
		// The list neither counts rooms that it has not seen, nor pretends to load them.
		await page.goto(`${service.url}/`);
		await page.getByRole("alert").filter({ hasText: "连不上" }).first().waitFor();
		expect(await page.getByText(/\d 个直播间|正在读取/).count()).toBe(0);
		// An overlay is no part of it, and neither are answers.
		await expect(page.goto(`${service.url}/overlay/1001`)).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
		await expect(page.goto(`${service.url}/api/v1/rooms`)).rejects.toThrow(/ERR_CONNECTION_REFUSED/);

		await service.start();
		await page.goto(`${service.url}/`);
		await until("the page is connected again", async () => (await page.getByRole("alert").count()) === 0);
	});

	test("replaces the files of another version", async () => {
		const { page } = await openPage(browser, `${service.url}/`, { installs: true });
		await controlled(page);
		await page.evaluate(
			"caches.open('livekeeper-shell-of-before').then((cache) => cache.put('/assets/old.js', new Response('')))",
		);
		await page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.unregister())");
		await page.reload();
		await until("only this version is kept", async () => {
			const { caches } = await keptBy(page);
			return caches.length === 1 && caches[0] !== "livekeeper-shell-of-before";
		});
	});
});

/** Waits until the page's service worker answers for it. The page's policy forbids Playwright's own wait. */
const controlled = (page: Page) =>
	until("the service worker controls the page", async () =>
		Boolean(await page.evaluate("navigator.serviceWorker.controller !== null")),
	);

/** Returns the page's caches, and the paths of what they hold. */
function keptBy(page: Page): Promise<Kept> {
	return page.evaluate(`(async () => {
		const names = await caches.keys();
		const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return { caches: names, paths: all.flat().map(({ url }) => new URL(url).pathname) };
	})()`);
}

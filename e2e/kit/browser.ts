import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

/** Debian's own, without a window where there is such a one: it takes a quarter less. Elsewhere what needs a browser is skipped. */
export const chromiumPath = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
	(path) => existsSync(path),
);
if (chromiumPath === undefined)
	console.info("Chromium is not installed (Debian: chromium-headless-shell): the tests of the page are skipped");

/** One that can load extensions and shows notifications, which a browser without a window of its own can't. */
export const wholeChromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
export const canLoadExtensions = wholeChromium !== undefined;
if (chromiumPath !== undefined && !canLoadExtensions)
	console.info(
		"Only the headless shell is installed (Debian: chromium): the tests of the browser extension and of notifications are skipped",
	);

export interface PageOptions {
	locale?: "zh-CN" | "en-US";
	theme?: "light" | "dark";
	width?: number;
	height?: number;
}

export interface OpenedPage {
	page: Page;
	/** What the browser complained of: errors of scripts, and what the page's policy kept out. */
	complaints: string[];
	/** Hosts other than the service's own that were asked for anything. */
	foreign: string[];
}

/** A browser of its own. It sends requests only where pages do. Without UTF-8 it would name files that it saves `download`. */
export function startBrowser(executablePath = chromiumPath ?? ""): Promise<Browser> {
	return chromium.launch({
		executablePath,
		env: { ...process.env, LANG: "C.UTF-8" },
		args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
	});
}

/** Limit for one wait of a page, ms. It only guards against hanging: it is no assertion about time. */
const maxWaitMs = 150_000;

/** Of the pages that are open: one that nobody looks at any more still draws all that comes. */
const contexts = new Set<BrowserContext>();

/** Closes all that {@link openPage} has opened: to be called after each test. */
export async function closePages(): Promise<void> {
	await Promise.all(
		Array.from(contexts, async (context) => {
			// A request that a test answers itself may be under way: its answer is gone with the page.
			await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
			await context.close();
		}),
	);
}

/** A browser with an extension loaded unpacked from that folder, and a profile of its own. */
export function startWithExtension(folder: string, locale: "zh-CN" | "en-US"): Promise<BrowserContext> {
	return chromium.launchPersistentContext("", {
		executablePath: wholeChromium ?? "",
		headless: false,
		locale,
		env: { ...process.env, LANGUAGE: locale.replace("-", "_") },
		args: [
			...["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update"],
			...[`--disable-extensions-except=${folder}`, `--load-extension=${folder}`, `--lang=${locale}`],
		],
	});
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenedPage> {
	const { locale = "zh-CN", theme = "light", width = 1440, height = 900 } = options;
	const context = await browser.newContext({ locale, colorScheme: theme, viewport: { width, height } });
	contexts.add(context);
	context.setDefaultTimeout(maxWaitMs);
	context.once("close", () => contexts.delete(context));
	const page = await context.newPage();
	const { host } = new URL(url);
	const complaints: string[] = [];
	const foreign: string[] = [];
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("console", (message) => {
		// What could not be loaded is judged by the answers below; that the service is away is no fault of the page.
		const network = /Failed to load resource|WebSocket connection/.test(message.text());
		if (message.type() === "error" && !network) complaints.push(message.text());
	});
	page.on("response", (response) => {
		// Made-up rooms have pictures at a host that does not exist.
		const { pathname } = new URL(response.url());
		const picture = pathname === "/api/v1/image";
		// A service that is not ready says so with this answer.
		const notReady = pathname === "/health/ready" && response.status() === 503;
		if (response.status() >= 400 && !picture && !notReady) complaints.push(`${response.status()} ${response.url()}`);
	});
	page.on("request", (request) => {
		const asked = new URL(request.url());
		if (!["blob:", "data:"].includes(asked.protocol) && asked.host !== host) foreign.push(request.url());
	});
	await page.goto(url);
	return { page, complaints, foreign };
}

/** What axe-core finds on the page, with where it is. */
export async function axeFaults(page: Page): Promise<[string, string[]][]> {
	await page.evaluate(axe.source);
	// What is in order, each element of the page, stays there.
	return page.evaluate(async () => {
		const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
		const { violations } = await run({ resultTypes: ["violations"], elementRef: false });
		return violations.map(({ id, nodes }): [string, string[]] => [id, nodes.map(({ html }) => html.slice(0, 120))]);
	});
}

/** How an element looks: the value of a property of its style, as the browser has computed it. */
export function styleOf(element: Locator, property: string): Promise<string> {
	return element.evaluate((one, name) => {
		type Window = { getComputedStyle(of: unknown): { getPropertyValue(name: string): string } };
		return (globalThis as unknown as Window).getComputedStyle(one).getPropertyValue(name);
	}, property);
}

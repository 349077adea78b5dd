import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";

/**
 * Debian's Chromium, preferably the headless shell, which takes a quarter less time. Tests that need a browser are
 * skipped without it.
 */
export const chromiumPath = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
	(path) => existsSync(path),
);
if (chromiumPath === undefined)
	console.info("Chromium is not installed (Debian: chromium-headless-shell): the tests of the page are skipped");

/** A browser that can load extensions and show notifications, which a headless shell can't. */
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
	/** Whether the page may install its service worker, which hides requests from a test's own routes; default false. */
	installs?: boolean;
}

export interface OpenedPage {
	page: Page;
	/** Errors reported by the browser: script errors and violations of the page's policy. */
	complaints: string[];
	/** Hosts other than the service that were requested. */
	foreign: string[];
}

/**
 * Starts a separate browser. It sends no requests of its own. Without UTF-8 it would name all saved files `download`.
 */
export function startBrowser(executablePath = chromiumPath ?? ""): Promise<Browser> {
	return chromium.launch({
		executablePath,
		env: { ...process.env, LANG: "C.UTF-8" },
		args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
	});
}

/** Limit of one wait in a page, ms. It only guards against hanging and is not an assertion about time. */
const maxWaitMs = 150_000;

/** Contexts of open pages: an abandoned page would continue to draw everything it receives. */
const contexts = new Set<BrowserContext>();

/** Closes everything that {@link openPage} has opened. Call it after each test. */
export async function closePages(): Promise<void> {
	await Promise.all(
		Array.from(contexts, async (context) => {
			// A request that a test answers itself may be pending: its answer is lost with the page.
			await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
			await context.close();
		}),
	);
}

/** Starts a browser with an unpacked extension from that folder and its own profile. */
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
	const { locale = "zh-CN", theme = "light", width = 1440, height = 900, installs = false } = options;
	const serviceWorkers = installs ? "allow" : "block";
	const context = await browser.newContext({ locale, colorScheme: theme, viewport: { width, height }, serviceWorkers });
	contexts.add(context);
	context.setDefaultTimeout(maxWaitMs);
	context.once("close", () => contexts.delete(context));
	const page = await context.newPage();
	const { host } = new URL(url);
	const complaints: string[] = [];
	const foreign: string[] = [];
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("console", (message) => {
		// Load failures are judged by the responses below; an unreachable service is no fault of the page.
		const network = /Failed to load resource|WebSocket connection/.test(message.text());
		if (message.type() === "error" && !network) complaints.push(message.text());
	});
	page.on("response", (response) => {
		// Made-up rooms have pictures on a host that does not exist.
		const { pathname } = new URL(response.url());
		const picture = pathname === "/api/v1/image";
		// A service that is not ready reports it with this status.
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

/** Returns the violations that axe-core finds on the page, with their places. */
export async function axeFaults(page: Page): Promise<[string, string[]][]> {
	await page.evaluate(axe.source);
	// Returns only the violations, because the passed checks list every element of the page.
	return page.evaluate(async () => {
		const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
		const { violations } = await run({ resultTypes: ["violations"], elementRef: false });
		return violations.map(({ id, nodes }): [string, string[]] => [id, nodes.map(({ html }) => html.slice(0, 120))]);
	});
}

/** Returns a computed style property of an element. */
export function styleOf(element: Locator, property: string): Promise<string> {
	return element.evaluate((one, name) => {
		type Window = { getComputedStyle(of: unknown): { getPropertyValue(name: string): string } };
		return (globalThis as unknown as Window).getComputedStyle(one).getPropertyValue(name);
	}, property);
}

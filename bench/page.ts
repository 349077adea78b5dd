import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openPage, startBrowser } from "../e2e/kit/browser.ts";
import { ServiceProcess } from "../e2e/kit/service-process.ts";
import { until } from "../e2e/kit/until.ts";

/**
 * What the page costs a browser, in Chromium without a graphics card: bytes of the first load, long tasks while messages
 * come and while 1,000 rooms are scrolled, what it holds at the beginning and after a long time.
 *
 *   npm run bench:page -- --seconds 60 --rates 200,500 --rooms 1000 --minutes 60
 */
const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "60" },
		rates: { type: "string", default: "200,500" },
		rooms: { type: "string", default: "1000" },
		/** How long one page is left open at the first of the rates; 0 leaves it out. */
		minutes: { type: "string", default: "0" },
	},
});
const seconds = Number(values.seconds);
const rates = values.rates.split(",").map(Number);
const rooms = Number(values.rooms);
const minutes = Number(values.minutes);

/** Over 50 ms, as browsers define it; the pace at which the page is drawn tells what it was like in between. */
const watchTasks = `
	globalThis.longTasks = [];
	new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
	globalThis.drawn = 0;
	const count = () => { drawn++; requestAnimationFrame(count); };
	requestAnimationFrame(count);
`;
const scroll = `
	globalThis.scrolling = setInterval(() => {
		const list = document.querySelector(".scroller");
		const down = list.scrollTop + list.clientHeight < list.scrollHeight - 1;
		list.scrollTop = down ? list.scrollTop + 120 : 0;
	}, 16);
`;

const simulator = await startSimulator({ rooms: 1, rate: 0, port: 0 });
const service = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { max_rooms: rooms + 10 } });
const browser = await startBrowser();
try {
	await service.startRoom("1001");
	await until("the room is connected", () => simulator.connections().length === 1);
	console.log(`first load, gzip: ${await firstLoad(browser)}`);
	for (const rate of rates) {
		simulator.room("1001")?.change({ rate });
		console.log(`${rate} messages/s: ${await tasksWhile(browser, "/rooms/1001", seconds)}`);
	}
	if (minutes > 0) {
		simulator.room("1001")?.change({ rate: rates[0] ?? 200 });
		await memoryOver(browser, minutes);
	}
	simulator.room("1001")?.change({ rate: 1 });
	if (rooms > 0) {
		await startRooms();
		console.log(`${rooms} rooms, standing still: ${await tasksWhile(browser, "/", seconds)}`);
		console.log(`${rooms} rooms, scrolled without a stop: ${await tasksWhile(browser, "/", seconds, scroll)}`);
	}
} finally {
	await browser.close();
	await service.close();
	await simulator.close();
}

/** Bytes on the wire until the list of rooms shows. */
async function firstLoad(browser: Browser): Promise<string> {
	const { page } = await openPage(browser, "about:blank");
	const session = await page.context().newCDPSession(page);
	await session.send("Network.enable");
	const types = new Map<string, string>();
	const bytes: Record<string, number> = {};
	session.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
	session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		const type = types.get(requestId) ?? "Other";
		bytes[type] = (bytes[type] ?? 0) + encodedDataLength;
	});
	await page.goto(service.url);
	await page.getByRole("table").waitFor();
	await pause(1_000);
	await page.context().close();
	const total = Object.values(bytes).reduce((sum, one) => sum + one, 0);
	return `${kilobytes(total)} (${Object.entries(bytes)
		.map(([type, size]) => `${type} ${kilobytes(size)}`)
		.join(", ")})`;
}

async function tasksWhile(browser: Browser, path: string, forSeconds: number, script?: string): Promise<string> {
	const { page } = await openPage(browser, "about:blank");
	await page.addInitScript(watchTasks);
	const begin = performance.now();
	await page.goto(`${service.url}${path}`);
	await page
		.getByRole(path === "/" ? "row" : "listitem")
		.nth(3)
		.waitFor();
	const shownMs = performance.now() - begin;
	await pause(5_000);
	if (script) await page.evaluate(script);
	await page.evaluate("longTasks.length = 0; drawn = 0");
	await pause(forSeconds * 1_000);
	const { tasks, frames } = await page.evaluate<{ tasks: number[]; frames: number }>(
		"({ tasks: longTasks, frames: drawn })",
	);
	const held = await holds(page);
	await page.context().close();
	const longest = Math.max(0, ...tasks);
	return `shown after ${shownMs.toFixed(0)} ms; ${tasks.length} long tasks in ${forSeconds} s, the longest ${longest} ms; ${(frames / forSeconds).toFixed(0)} frames/s; ${held}`;
}

async function memoryOver(browser: Browser, forMinutes: number): Promise<void> {
	const { page } = await openPage(browser, `${service.url}/rooms/1001`);
	await page.getByRole("listitem").nth(100).waitFor();
	for (let minute = 0; minute <= forMinutes; minute++) {
		if (minute % Math.max(1, Math.round(forMinutes / 6)) === 0)
			console.log(`after ${minute} min: ${await holds(page)}`);
		await pause(60_000);
	}
	await page.context().close();
}

async function startRooms(): Promise<void> {
	for (let i = 1; i < rooms; i++) {
		const liveId = `${5_000_000 + i}`;
		simulator.addRoom(liveId, { rate: 0.2 });
		await service.startRoom(liveId);
	}
	await until("all are connected", () => simulator.connections().length >= rooms, { limitMs: 300_000 });
}

/** What the page holds after its garbage was collected. */
async function holds(page: Page): Promise<string> {
	const session: CDPSession = await page.context().newCDPSession(page);
	for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
	const { usedSize } = await session.send("Runtime.getHeapUsage");
	const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
	await session.detach();
	return `${(usedSize / 1e6).toFixed(1)} MB of JavaScript's heap, ${elements} elements`;
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1_000).toFixed(0)} KB`;
}

import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

interface LoggedEvent {
	type: string;
	diamonds?: number;
	gift_name?: string;
	delta?: number;
	count?: number;
}

describe.skipIf(chromiumPath === undefined)("a room's charts", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 20, seed: 11, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("show minutes, gifts, losses and downtime from the log", async () => {
		await service.startRoom("1001");
		await until(
			"gifts have arrived",
			async () => (await loggedEvents()).filter(({ diamonds = 0 }) => diamonds > 0).length > 3,
		);
		const states = async () => (await loggedEvents()).filter(({ type }) => type === "connection").length;
		const before = await states();
		simulator.setFault({ fault: "cut", count: 1 }, "1001");
		await until("the loss is in the log", async () => (await states()) > before + 1);
		// A line needs two points.
		simulator.room("1001")?.change({ rate: 0 });
		const begun = Math.floor(Date.now() / 60_000);
		await until("another minute has begun", async () => Math.floor(Date.now() / 60_000) > begun);
		simulator.room("1001")?.change({ rate: 20 });
		const said = (await loggedEvents()).length;
		await until("the room has a new message", async () => (await loggedEvents()).length > said);
		await service.restart();
		await until("the downtime is in the log", async () =>
			(await loggedEvents()).some(({ type }) => type === "service_down"),
		);
		await service.request("DELETE", "/api/v1/rooms/1001");

		const { page, complaints, foreign } = await openPage(browser, `${service.url}/rooms/1001`);
		const charts = page.getByRole("region", { name: "走势" });
		await charts.getByRole("img", { name: /消息\/分钟.*最近/ }).waitFor();
		expect(await charts.locator("canvas").count()).toBe(4);
		await charts.getByText("以表格显示").click();
		const log = await loggedEvents();
		const ofType = (type: string) => log.filter((event) => event.type === type).length;
		await until("the table matches the log's totals", async () => {
			const [chat, gift, like] = [await column(page, "弹幕"), await column(page, "礼物"), await column(page, "点赞")];
			return chat === ofType("chat") && gift === ofType("gift") && like === ofType("like");
		});
		const diamonds = log.reduce((sum, event) => sum + (event.diamonds ?? 0), 0);
		expect(await column(page, "抖币")).toBe(diamonds);
		const likes = log.reduce((sum, { type, count = 0 }) => sum + (type === "like" ? count : 0), 0);
		expect(await column(page, "点赞数")).toBe(likes);

		const [name, count] = maxGiven(log);
		const row = page.getByRole("table", { name: "按礼物（抖币）" }).getByRole("row").filter({ hasText: name }).first();
		await row.getByText(`×${count.toLocaleString("zh-CN")}`, { exact: true }).waitFor();

		// The loss has a button for keyboard users, which shows time and reason.
		const loss = charts.getByRole("button", { name: /连接中断/ }).first();
		await loss.focus();
		expect(await loss.textContent()).toMatch(/\d\d:\d\d:\d\d/);
		await charts.getByRole("button", { name: /服务未运行/ }).waitFor();
		await page
			.locator("details")
			.filter({ has: page.getByText("连接", { exact: true }) })
			.getByText("连接", { exact: true })
			.click();
		await page
			.getByText(/服务未运行 \d+ 秒，这段时间没有接收/)
			.first()
			.waitFor();

		expect(await axeFaults(page)).toEqual([]);
		// The policy forbids inline styles: the charts set theirs from the page's own script.
		expect(complaints.filter((text) => !text.startsWith("404 "))).toEqual([]);
		expect(foreign).toEqual([]);
	});

	async function loggedEvents(): Promise<LoggedEvent[]> {
		const { body } = await service.request("GET", "/api/v1/rooms/1001/events?after=0&limit=5000");
		return (body as { events: LoggedEvent[] }).events;
	}
});

/** Returns the total of one of the table's columns. */
function column(page: Page, head: string): Promise<number> {
	return page
		.getByRole("region", { name: "以表格显示" })
		.getByRole("table")
		.evaluate((table, name) => {
			const rows = [...(table as unknown as { rows: Iterable<{ cells: Iterable<{ textContent: string }> }> }).rows];
			const cells = rows.map((row) => [...row.cells].map(({ textContent }) => textContent.trim()));
			const at = cells[0]?.indexOf(name) ?? -1;
			return cells
				.slice(1)
				.reduce((sum, row) => sum + Number((row[at] ?? "").replaceAll(",", "").replace("–", "0")), 0);
		}, head);
}

/** Returns the gift with the highest worth, and how often it was given. */
function maxGiven(log: readonly LoggedEvent[]): [name: string, count: number] {
	const kinds = new Map<string, { count: number; diamonds: number }>();
	for (const { type, gift_name: name = "", delta = 0, diamonds = 0 } of log) {
		if (type !== "gift") continue;
		const kind = kinds.get(name) ?? { count: 0, diamonds: 0 };
		kinds.set(name, { count: kind.count + delta, diamonds: kind.diamonds + diamonds });
	}
	const [best] = [...kinds].toSorted(([, a], [, b]) => b.diamonds - a.diamonds);
	return [best?.[0] ?? "", best?.[1].count ?? 0];
}

import type { Room } from "@livekeeper/client";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

const rowHeight = 44;
/** Rows redrawn per frame. */
const maxPerFrame = 6;
/** Rows that are kept above and below those in view. */
const spare = 6;

describe.skipIf(chromiumPath === undefined)("the list of rooms", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 4, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		await service.startRoom("1001");
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test.each(["zh-CN", "en-US"] as const)("cuts no column from 900 px on, %s", async (locale) => {
		const { page } = await openPage(browser, service.url, { locale });
		await page.getByRole("row").nth(1).waitFor();
		for (const width of [900, 1024, 1099, 1100, 1280, 1366, 1440]) {
			await page.setViewportSize({ width, height: 700 });
			let cut: string[] = [];
			const fits = async () => {
				cut = await cutAt(page, width);
				return cut.length === 0;
			};
			await until(`no column is cut at ${width} px`, fits, { describe: () => cut });
		}
	});

	test("creates only the rows that come into view", async () => {
		const { page } = await openThousand();
		const inView = await page.getByRole("table").evaluate((table, height) => {
			const list = table.parentElement as unknown as { clientHeight: number };
			return Math.ceil(list.clientHeight / height) + 1;
		}, rowHeight);
		await countWork(page);
		await page.mouse.move(700, 500);
		const notches = 30;
		const notchPx = 120;
		for (let i = 1; i <= notches; i++) {
			await page.mouse.wheel(0, notchPx);
			await until("the list is scrolled", async () => (await scrollTop(page)) >= i * notchPx);
			const { rows } = await work(page);
			expect(rows).toBeLessThanOrEqual(inView + 2 * spare);
		}
		await until("the last row is drawn", async () => (await work(page)).rows >= inView + spare);
		const { created } = await work(page);
		expect(created).toBeGreaterThan(0);
		expect(created).toBeLessThanOrEqual(Math.ceil((notches * notchPx) / rowHeight) + 2 * spare);
	});

	test("redraws rows in view alone when 1,000 rooms change", async () => {
		const { page, change } = await openThousand();
		await countWork(page);
		const { rows } = await work(page);
		const changes = 5;
		for (let viewers = 70_001; viewers <= 70_000 + changes; viewers++) {
			change({ viewers });
			const text = viewers.toLocaleString("zh-CN");
			await until("the change is shown", async () => (await page.getByText(text).count()) === rows);
		}
		const done = await work(page);
		expect([done.created, done.rows]).toEqual([0, rows]);
		// One number in each row.
		expect(done.redrawn).toBe(changes * rows);
		expect(done.atOnce).toBeLessThanOrEqual(maxPerFrame);
	});

	/** Opens the list with 1,000 rooms, each as the service reports its one room. */
	async function openThousand() {
		let route: WebSocketRoute | undefined;
		const { page } = await openPage(browser, "about:blank");
		await page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
			route = socket;
			socket.connectToServer().onMessage((text) => {
				const { type, rooms = [] } = JSON.parse(String(text)) as { type: string; rooms?: Room[] };
				// Without what changes by itself: an age does every second, and a picture when it has come.
				const all = rooms.flatMap((room) => copies({ ...room, last_message_at: null, anchor: null }));
				if (type === "rooms") socket.send(JSON.stringify({ type, rooms: all }));
			});
		});
		await page.goto(service.url);
		await page.getByRole("row").nth(10).waitFor();
		return {
			page,
			change: (fields: Partial<Room>) =>
				route?.send(JSON.stringify({ type: "changes", changed: copies(fields), removed: [] })),
		};
	}
});

function copies<One extends object>(room: One): (One & { live_id: string })[] {
	return Array.from({ length: 1_000 }, (_, i) => ({ ...room, live_id: `${10_000 + i}` }));
}

interface Work {
	/** Rows created since counting began. */
	created: number;
	/** Changes of texts and attributes within rows. */
	redrawn: number;
	/** Maximum number of rows that were redrawn together, without a frame between them. */
	atOnce: number;
	/** Rows that exist now. */
	rows: number;
}

async function countWork(page: Page): Promise<void> {
	await page.evaluate(`{
		globalThis.created = 0;
		globalThis.redrawn = 0;
		globalThis.atOnce = 0;
		const body = document.querySelector('[role="rowgroup"]');
		new MutationObserver((changes) => {
			const rows = new Set();
			for (const { target, addedNodes } of changes) {
				if (target === body) created += addedNodes.length;
				else {
					redrawn++;
					rows.add((target.parentElement ?? target).closest('[role="row"]'));
				}
			}
			atOnce = Math.max(atOnce, rows.size);
		}).observe(body, { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "title", "aria-label"] });
	}`);
}

function work(page: Page): Promise<Work> {
	const counted = `({ created, redrawn, atOnce, rows: document.querySelectorAll('[role="rowgroup"] > [role="row"]').length })`;
	return page.evaluate(counted);
}

function scrollTop(page: Page): Promise<number> {
	return page.evaluate(`document.querySelector('[role="table"]').parentElement.scrollTop`);
}

/** Returns the cells that lie outside the window, and the titles that are wider than their columns. */
function cutAt(page: Page, width: number): Promise<string[]> {
	return page.evaluate(`[...document.querySelectorAll('[role="columnheader"], [role="cell"]')]
		.filter((cell) => {
			const { left, right } = cell.getBoundingClientRect();
			const title = cell.role === "columnheader" ? cell.firstElementChild.getBoundingClientRect().width : 0;
			return right > ${width} || title > right - left;
		})
		.map((cell) => cell.textContent.trim() || cell.className)`);
}

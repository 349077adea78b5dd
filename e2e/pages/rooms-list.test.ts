import type { Room } from "@livekeeper/client";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** Rooms drawn per frame. */
const maxPerFrame = 6;
/** Height that is kept above and below what is in view, px. */
const sparePx = 264;
const rooms = 1_000;

/** Ways to show the rooms: the stored view, the address, and the elements of rooms, which have a position. */
const views = {
	list: { stored: "table", path: "/", position: "aria-rowindex", last: rooms + 1 },
	cards: { stored: "cards", path: "/", position: "aria-posinset", last: rooms },
	wall: { stored: "table", path: "/?wall=1", position: "aria-posinset", last: rooms },
} as const;
type View = keyof typeof views;
const allViews = Object.keys(views) as View[];

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

	test.each(allViews)("creates only rooms in view, few per frame: %s", async (view) => {
		const { page } = await openThousand(view);
		await countWork(page, view);
		const { columns, pitch, height } = await layoutOf(page);
		const spareLines = Math.ceil(sparePx / pitch) + 1;
		const maxItems = (Math.ceil(height / pitch) + 2 * spareLines) * columns;
		await page.mouse.move(700, 500);
		const notches = 30;
		const notchPx = 120;
		for (let i = 1; i <= notches; i++) {
			await page.mouse.wheel(0, notchPx);
			await until("the view is scrolled", async () => (await layoutOf(page)).top >= i * notchPx);
			expect((await work(page)).items).toBeLessThanOrEqual(maxItems);
		}
		await drawn(page);
		const { created } = await work(page);
		expect(created).toBeGreaterThan(0);
		expect(created).toBeLessThanOrEqual((Math.ceil((notches * notchPx) / pitch) + 2 * spareLines) * columns);

		// A jump to the end draws those of the end alone.
		await page.evaluate("scroller.scrollTop = scroller.scrollHeight");
		await page.locator(`[${views[view].position}="${views[view].last}"]`).waitFor();
		await drawn(page);
		const done = await work(page);
		expect(done.created - created).toBeLessThanOrEqual(maxItems);
		expect(done.createdAtOnce).toBeLessThanOrEqual(maxPerFrame);
		expect(done.items).toBeLessThanOrEqual(maxItems);
	});

	test.each(allViews)("redraws rooms in view alone when 1,000 change: %s", async (view) => {
		const { page, change } = await openThousand(view);
		await countWork(page, view);
		const before = await work(page);
		const changes = 5;
		for (let viewers = 70_001; viewers <= 70_000 + changes; viewers++) {
			// The smallest tiles of the wall show no viewers.
			change({ viewers, diamonds: viewers });
			const text = viewers.toLocaleString("zh-CN");
			await until("the change is shown", () =>
				page.evaluate(`items().every((item) => item.textContent.includes("${text}"))`),
			);
		}
		const done = await work(page);
		expect([done.created, done.items]).toEqual([0, before.items]);
		// Two numbers in each room.
		expect(done.redrawn).toBe(2 * changes * done.items);
		expect(done.redrawnAtOnce).toBeLessThanOrEqual(maxPerFrame);
	});

	/** Opens a view with 1,000 rooms, each as the service reports its one room. */
	async function openThousand(view: View) {
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
		await page.addInitScript(`localStorage.setItem("livekeeper.view", "${views[view].stored}")`);
		await page.goto(`${service.url}${views[view].path}`);
		await page.locator(`[${views[view].position}]`).nth(10).waitFor();
		return {
			page,
			change: (fields: Partial<Room>) =>
				route?.send(JSON.stringify({ type: "changes", changed: copies(fields), removed: [] })),
		};
	}
});

function copies<One extends object>(room: One): (One & { live_id: string })[] {
	return Array.from({ length: rooms }, (_, i) => ({ ...room, live_id: `${10_000 + i}` }));
}

interface Work {
	/** Rooms created since counting began. */
	created: number;
	/** Changes of texts and attributes within rooms. */
	redrawn: number;
	/** Maximum numbers of rooms that were created or redrawn together, without a frame between them. */
	createdAtOnce: number;
	redrawnAtOnce: number;
	/** Rooms that exist now. */
	items: number;
}

/** Counts what is drawn once all rooms in view are. `items` and `scroller` of the page are the elements of rooms, and what scrolls. */
async function countWork(page: Page, view: View): Promise<void> {
	await page.evaluate(`{
		globalThis.items = () => [...document.querySelectorAll('[${views[view].position}]')];
		globalThis.counted = { created: 0, redrawn: 0, createdAtOnce: 0, redrawnAtOnce: 0 };
		const list = items()[0].parentElement;
		globalThis.scroller = list;
		while (getComputedStyle(scroller).overflowY !== "auto") scroller = scroller.parentElement;
		new MutationObserver((changes) => {
			const rooms = new Set();
			let created = 0;
			for (const { target, addedNodes } of changes) {
				if (target === list) created += [...addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE).length;
				else {
					counted.redrawn++;
					rooms.add((target.parentElement ?? target).closest('[${views[view].position}]'));
				}
			}
			counted.created += created;
			counted.createdAtOnce = Math.max(counted.createdAtOnce, created);
			counted.redrawnAtOnce = Math.max(counted.redrawnAtOnce, rooms.size);
		}).observe(list, { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "title", "aria-label"] });
	}`);
	await drawn(page);
	await page.evaluate("for (const name in counted) counted[name] = 0");
}

/** Waits until all rooms in view exist: some are created in each frame until then. */
function drawn(page: Page): Promise<void> {
	return page.evaluate(`(async () => {
		for (let quiet = 0, before = -1; quiet < 3; before = counted.created) {
			await new Promise(requestAnimationFrame);
			quiet = counted.created === before ? quiet + 1 : 0;
		}
	})()`);
}

function work(page: Page): Promise<Work> {
	return page.evaluate("({ ...counted, items: items().length })");
}

interface Layout {
	/** Rooms side by side. */
	columns: number;
	/** Distance of two lines, px. */
	pitch: number;
	/** Height of what scrolls, px. */
	height: number;
	/** How far it is scrolled, px. */
	top: number;
}

function layoutOf(page: Page): Promise<Layout> {
	return page.evaluate(`{
		const tops = items().map((item) => Math.round(item.getBoundingClientRect().top));
		const columns = tops.filter((top) => top === tops[0]).length;
		const pitch = tops[columns] - tops[0];
		const { clientHeight: height, scrollTop: top } = scroller;
		({ columns, pitch, height, top });
	}`);
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

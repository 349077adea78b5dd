import { type Simulator, startSimulator } from "@livekeeper/simulator";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { sharedByAll } from "../kit/second-try.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

const mostNodes = 60;

describe.skipIf(chromiumPath === undefined)("the overlay", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 6, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		await service.startRoom("1001");
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("shows chat and merged gifts over nothing, and goes on through a kill and restart without a repeat", async () => {
		const url = `${service.url}/overlay/1001?lines=14&fade=0&kinds=chat,gift`;
		const { page, complaints, foreign } = await openPage(browser, url, { width: 420, height: 640 });
		await page.evaluate(record);
		await until("a streak has grown in place", async () =>
			(await recorded(page)).some(({ counts }) => counts.length > 1),
		);
		const ground = await page.evaluate(
			"[document.documentElement, document.body, document.querySelector('.overlay')].map((e) => getComputedStyle(e).backgroundColor)",
		);
		expect(ground).toEqual(Array(3).fill("rgba(0, 0, 0, 0)"));

		await until("there is chat", async () => (await recorded(page)).some(({ kind }) => kind === "chat"));
		await service.stop("SIGKILL");
		const text = await page.locator("body").textContent();
		expect(text).not.toMatch(/error|fail|连接|断开|livekeeper/i);
		await service.start();
		const before = (await logged(service)).at(-1)?.seq ?? 0;
		await until("it has gone on", async () => ((await recorded(page)).at(-1)?.seq ?? 0) > before);

		const events = await logged(service);
		const byFirst = new Map(events.map((event) => [event.seq, event]));
		const lines = await recorded(page);
		expect(lines.map(({ seq }) => seq)).toEqual([...new Set(lines.map(({ seq }) => seq))].sort((a, b) => a - b));
		const streaks = new Map<string, number[]>();
		for (const { seq, kind, counts } of lines) {
			const { type, streak_id = "" } = byFirst.get(seq) ?? {};
			expect([seq, type === "gift" ? "gift" : "chat"]).toEqual([seq, kind]);
			streaks.set(streak_id, [...(streaks.get(streak_id) ?? []), ...counts]);
		}
		// A streak that others have pushed out comes back with all that it has: what it shows only grows.
		for (const counts of streaks.values()) expect(counts).toEqual([...counts].sort((a, b) => a - b));
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
		await page.context().close();
	});

	test("holds 60 nodes at most while tens of thousands of messages come, loads nothing of them, and runs nothing", async () => {
		const { page, complaints, foreign } = await openPage(browser, "about:blank", { width: 420, height: 640 });
		const css = encodeURIComponent(
			'@import "http://evil.example/a.css"; .line { background: url(http://evil.example/b.png) }',
		);
		await page.addInitScript(flood);
		await page.addInitScript(countNodes);
		page.on("dialog", (dialog) => complaints.push(dialog.message()));
		const all = "kinds=chat,gift,member,like,follow&lines=14&avatars=1&levels=1";
		await page.goto(`${service.url}/overlay/1001?${all}#css=${css}`);
		await page.locator('[data-seq="31000"]').waitFor({ timeout: 120_000 });
		const most = await page.evaluate("seen.most");
		expect(most).toBeGreaterThan(mostNodes / 2);
		expect(most).toBeLessThanOrEqual(mostNodes);
		expect(complaints).toEqual([]);
		expect(foreign.filter((address) => new URL(address).host === "evil.example")).toEqual([]);
		await page.context().close();
	});

	test("CSS of one's own wins over the theme, from the address as from the field of OBS, which the page's policy stops", async () => {
		const css = encodeURIComponent(".name { color: rgb(1, 2, 3) }");
		const { page } = await openPage(browser, `${service.url}/overlay/1001#demo=1&theme=bubbles&css=${css}`);
		await page.locator(".name").first().waitFor();
		const style = (what: string) => page.evaluate(`getComputedStyle(document.querySelector(".name")).${what}`);
		expect(await style("color")).toBe("rgb(1, 2, 3)");
		// As OBS does it.
		await page.evaluate(
			"document.head.appendChild(Object.assign(document.createElement('style'), { innerHTML: '.name { font-size: 41px }' }))",
		);
		await until("it was taken over", async () => (await style("fontSize")) === "41px");
		expect(await style("color")).toBe("rgb(1, 2, 3)");
		await page.context().close();
	});

	test("opens with a token of the builder's, and stays empty and silent with a wrong one", async () => {
		const key = "key-0123456789abcdef";
		const locked = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { api_key: key } });
		try {
			const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
			const body = JSON.stringify({ live_id: "1002" });
			await fetch(`${locked.url}/api/live/start`, { method: "POST", headers, body });
			const shut = await openPage(browser, `${locked.url}/overlay/1002#token=wrong`);
			await until("it was refused", () => shut.complaints.some((text) => text.startsWith("401 ")));
			expect((await shut.page.locator("body").textContent())?.trim()).toBe("");

			const { page } = await openPage(browser, `${locked.url}/overlay`);
			await page.getByLabel("API 密钥").fill(key);
			await page.getByRole("button", { name: "进入" }).click();
			await page.getByRole("button", { name: "生成只读令牌" }).click();
			const url = await page.getByText(/#token=lko_/).textContent();
			expect(url).not.toContain(key);
			const open = await openPage(browser, url ?? "");
			await open.page.locator(".line").first().waitFor();
			expect([...open.complaints, ...open.foreign]).toEqual([]);

			// Where the service can make none, the builder says so, and gives the address without.
			await page.getByRole("button", { name: "去掉令牌" }).click();
			const error = { code: "storage_full", message: "The disk is full", hint: "" };
			await page.route("**/api/v1/overlay-tokens", (route) =>
				route.fulfill({ status: 507, json: { success: false, error } }),
			);
			await page.getByRole("button", { name: "生成只读令牌" }).click();
			await page.getByRole("alert").getByText("没有生成令牌：The disk is full").waitFor();
			await page.getByText(`${locked.url}/overlay/1002`, { exact: true }).waitFor();
		} finally {
			await locked.close();
		}
	});

	test("the builder shows what is chosen, and copies an address that works", async () => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/overlay`);
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.getByText("演示", { exact: true }).first().waitFor();
		await page.getByLabel("气泡").check();
		await page.getByLabel("字号").fill("999");
		await page.getByLabel("停留时间").fill("0");
		await page.getByRole("button", { name: "复制" }).click();
		await page.getByText("已复制").waitFor();
		const url = String(await page.evaluate("navigator.clipboard.readText()"));
		expect(url).toBe(`${service.url}/overlay/1001#theme=bubbles&size=96&fade=0`);
		expect(await page.locator(".host").evaluate((host) => host.shadowRoot?.querySelector(".overlay")?.className)).toBe(
			"overlay bubbles up",
		);
		await page.reload();
		await page.getByText("#theme=bubbles&size=96").waitFor();

		const overlay = await openPage(browser, url);
		await overlay.page.locator(".overlay.bubbles .line").first().waitFor();
		expect([...complaints, ...foreign, ...overlay.complaints, ...overlay.foreign]).toEqual([]);
	});

	test.each([
		["light", "zh-CN", 1440],
		["dark", "en-US", 360],
	] as const)(
		"the builder is open to everybody: nothing serious is found in %s, %s, %i px",
		async (theme, locale, width) => {
			const { page } = await openPage(browser, `${service.url}/overlay`, { theme, locale, width });
			await page.getByRole("heading", { level: 1 }).waitFor();
			await page.evaluate(axe.source);
			const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
			const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
			expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([]);
			expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
			await page.context().close();
		},
	);
});

interface RecordedLine {
	seq: number;
	kind: string;
	/** What its count was, from first to last; of chat nothing. */
	counts: number[];
}

/** Notes each line that the page shows, and how its count grows; in the page. */
const record = `
	globalThis.lines = [];
	const noted = new WeakMap();
	const note = () => {
		for (const element of document.querySelectorAll(".line")) {
			let line = noted.get(element);
			if (!line) {
				line = { seq: Number(element.dataset.seq), kind: element.classList[1], counts: [] };
				noted.set(element, line);
				lines.push(line);
			}
			const count = Number(element.querySelector(".count")?.textContent.replace(/[×,]/g, ""));
			if (count > 0 && line.counts.at(-1) !== count) line.counts.push(count);
		}
	};
	new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
	note();
`;

/** In the place of the page's WebSocket: 31,000 messages of somebody who means harm, by the thousand; in the page. */
const flood = `
	globalThis.WebSocket = class {
		constructor() {
			const bomb = '<img src="http://evil.example/a.png" onerror="alert(1)">';
			const send = (from) => {
				for (let seq = from; seq < from + 1000; seq++) {
					const type = ["chat", "gift", "member", "like", "follow"][seq % 5];
					const user = { nickname: bomb + seq, level: 9, avatar: "http://evil.example/c.png" };
					const gift = { gift_name: bomb, gift_image: "http://evil.example/d.png", streak_id: String(seq), diamond_count: 900 };
					this.onmessage?.({ data: JSON.stringify({ seq, type, user, content: bomb, count: 2, ...gift }) });
				}
				if (from < 30000) setTimeout(send, 20, from + 1000);
			};
			setTimeout(() => {
				this.onopen?.();
				send(1);
			});
		}
		close() {}
	};
`;

/** Notes how many elements and texts the page's body held at most, once a frame; in the page. */
const countNodes = `
	globalThis.seen = { most: 0 };
	const count = (node) => [...node.childNodes].reduce((sum, child) => sum + 1 + count(child), 0);
	const look = () => {
		if (document.body) seen.most = Math.max(seen.most, count(document.body));
		requestAnimationFrame(look);
	};
	look();
`;

async function recorded(page: Page): Promise<RecordedLine[]> {
	return (await page.evaluate("lines")) as RecordedLine[];
}

/** All that room 1001's log holds. */
async function logged(service: ServiceProcess): Promise<{ seq: number; type: string; streak_id?: string }[]> {
	const { body } = await service.request("GET", "/api/v1/rooms/1001/events?after=0&limit=5000");
	return (body as { events: { seq: number; type: string; streak_id?: string }[] }).events;
}

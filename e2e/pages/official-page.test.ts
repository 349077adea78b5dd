import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

const app = { app_id: "tt1", secret: "made-up" };
const question = "礼物收全了吗？";

describe.skipIf(chromiumPath === undefined)("the page of a room with open platform push", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 3, rate: 12, seed: 7, port: 0 });
		service = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			config: { official_url: simulator.url, official_token_url: `${simulator.url}/api/apps/v2/token` },
		});
		simulator.platform.setApp(app.app_id, { secret: app.secret, callbackUrl: `${service.url}/api/v1/official/1001` });
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("shows each gift once, with the web's on request", async () => {
		await service.request("PUT", "/api/v1/rooms/1001", { official: app });
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`);
		await page.getByRole("button", { name: /礼物收全了吗？\s*收全了\s*礼物全部收到/ }).waitFor();
		// Shows only gifts, so none of them is out of reach.
		for (const kind of ["弹幕", "关注", "其他", "连接"]) {
			await page.getByRole("button", { name: kind, exact: true }).click();
		}
		await until("both sources have reported gifts", async () => {
			const gifts = await giftsOf(service);
			return gifts.filter(({ source }) => source).length > 5 && gifts.filter(({ evidence }) => evidence).length > 5;
		});
		simulator.room("1001")?.change({ rate: 0 });
		const account = async () => (await giftsOf(service)).filter(({ evidence }) => !evidence);
		await until("the feed shows the last gift", async () => {
			const last = (await account()).at(-1)?.seq;
			return (await shownGifts(page)).some(({ seq }) => seq === last);
		});
		const gifts = await account();
		const shown = await shownGifts(page);
		const oldest = shown[0]?.seq ?? 0;
		// Streaks of the web from before the push are one line each; each pushed gift has its own line.
		const pushed = gifts.filter(({ seq, source }) => source && seq >= oldest);
		expect(pushed.length).toBeGreaterThan(5);
		expect(shown.filter(({ official }) => official).map(({ seq }) => seq)).toEqual(pushed.map(({ seq }) => seq));
		expect(shown.some(({ evidence }) => evidence)).toBe(false);
		const worth = gifts.filter(({ seq }) => seq >= oldest).reduce((sum, { diamonds }) => sum + diamonds, 0);
		expect(shown.reduce((sum, { diamonds }) => sum + diamonds, 0)).toBe(worth);

		await page.getByRole("button", { name: /^显示重复的礼物 \d/ }).click();
		await until("the web's gifts are shown and marked", async () =>
			(await shownGifts(page)).some(({ evidence }) => evidence),
		);
		expect((await shownGifts(page)).filter(({ evidence }) => evidence).every(({ diamonds }) => diamonds === 0)).toBe(
			true,
		);

		const panel = page.getByRole("region", { name: question });
		await panel.getByText(/开放平台推送每一个礼物；(\d+) 次推送收到 \1 次/).waitFor();
		await panel.getByText("开放平台推送 · 正常").click();
		await panel.getByText("礼物以哪里为准").waitFor();
		await panel.getByText(/抖币中有/).waitFor();
		expect(await page.content()).not.toContain(app.secret);
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("shows no gift twice in an overlay", async () => {
		await service.request("PUT", "/api/v1/rooms/1001", { official: app });
		simulator.room("1001")?.change({ rate: 12 });
		const { page, complaints } = await openPage(browser, `${service.url}/overlay/1001?kinds=gift&lines=14&fade=0`);
		await until("gifts are shown", async () => (await page.locator(".line.gift").count()) > 6);
		const seqs = await page
			.locator(".line.gift")
			.evaluateAll((lines) => lines.map((line) => Number(line.dataset["seq"])));
		const gifts = new Map((await giftsOf(service)).map((gift) => [gift.seq, gift]));
		expect([...gifts.values()].filter(({ evidence }) => evidence).length).toBeGreaterThan(3);
		expect(seqs.filter((seq) => gifts.has(seq))).toEqual(seqs);
		expect(seqs.filter((seq) => gifts.get(seq)?.evidence)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("explains a wrong secret without showing it, at any width", async () => {
		const wrong = "wr0ng-secret";
		await service.request("PUT", "/api/v1/rooms/1002", { official: { ...app, secret: wrong } });
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1002`, { width: 360, height: 740 });
		await page.getByRole("button", { name: /开放平台没有给这个应用发放访问凭证/ }).click();
		const panel = page.getByRole("region", { name: question });
		await panel.getByText("开放平台推送 · 失败").waitFor();
		await panel.getByText("抖音网页", { exact: true }).waitFor();
		await panel.getByText(/重新为直播间设置应用的 AppID 和 AppSecret/).waitFor();
		expect(await page.content()).not.toContain(wrong);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	test("shows a visitor why no gifts arrive, with advice", async () => {
		await service.request("PUT", "/api/v1/rooms/1003", { cookie: "ttwid=1%7Cmade-up" });
		const { page } = await openPage(browser, `${service.url}/rooms/1003`);
		const panel = page.getByRole("region", { name: question });
		await panel.getByText("没有登录，抖音不发礼物消息。").waitFor();
		await until("the result is certain", async () => (await panel.getAttribute("data-verdict")) === "none");
		expect(await panel.getByRole("listitem").first().textContent()).toMatch(/^\s*登录/);
		expect(await panel.locator("details").count()).toBe(0);
	});
});

interface Gift {
	seq: number;
	source?: string;
	diamonds: number;
	evidence?: object;
}

interface GiftPage {
	events: Gift[];
	caught_up: boolean;
	next_after: number;
}

/** Returns all gifts in room 1001's log. */
async function giftsOf(service: ServiceProcess): Promise<Gift[]> {
	const gifts: Gift[] = [];
	for (let after = 0; ; ) {
		const { body } = await service.request("GET", `/api/v1/rooms/1001/events?types=gift&limit=1000&after=${after}`);
		const { events, caught_up: caughtUp, next_after: next } = body as GiftPage;
		gifts.push(...events);
		if (caughtUp) return gifts;
		after = next;
	}
}

/** Returns the gifts in the feed, from top to bottom. */
function shownGifts(page: Page) {
	return page.locator('li[data-kind="gift"]').evaluateAll((lines) =>
		lines.map((line) => ({
			seq: Number(line.dataset["seq"]),
			evidence: line.dataset["evidence"] === "true",
			official: line.textContent?.includes("官方") === true,
			diamonds: Number(line.querySelector(".diamonds")?.textContent?.replace(/\D/g, "") ?? 0),
		})),
	);
}

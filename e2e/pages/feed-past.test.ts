import { encodeChatMessage, encodeGiftMessage, type UserInit } from "@livekeeper/douyin/wire";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** More messages than the page reads when a room is opened, and more than one page. */
const said = 1_500;
const people = ["老王", "小李", "船长"];

describe.skipIf(chromiumPath === undefined)("the feed's past", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 0, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		for (const liveId of ["1001", "1002"]) {
			await service.startRoom(liveId);
			await until("it is connected", () => simulator.room(liveId)?.info.viewers === 1);
		}
		const [room, other] = [roomOf(simulator, "1001"), roomOf(simulator, "1002")];
		for (let n = 1; n <= said; n++) say(room, n % 3, n === 2 ? "手工木船第三天" : `第 ${n} 句`);
		give(room, 2);
		say(other, 0, "那边也在造木船");
		await until("every message is stored", async () => (await lastSeq(service, "1001")) > said);
		await until("the other room's messages are stored", async () => (await lastSeq(service, "1002")) > 2);
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	const openFeed = async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`);
		const feed = page.getByRole("region", { name: "实时消息" });
		await feed.getByText(`第 ${said} 句`, { exact: true }).waitFor();
		return { page, feed, complaints };
	};

	test("scrolls back to the beginning without moving the read lines", async () => {
		const { page, feed, complaints } = await openFeed();
		const list = feed.getByRole("list");
		// The log answers once the position is measured.
		let answer: () => void = () => undefined;
		const measured = new Promise<void>((resolve) => (answer = resolve));
		await page.route(/\/events\?/, async (route) => {
			await measured;
			await route.continue();
		});
		await scrollUp(list);
		await until("the page's own events are shown", async () => (await seqs(list)).length > 250);
		const first = (await seqs(list))[0] ?? 0;
		await scrollUp(list, 100);
		const top = await topOf(list, first);
		answer();
		await until("older events are read", async () => ((await seqs(list))[0] ?? 0) < first);
		// The height of lines that were never shown is estimated, so the position may move by a line or two, but not by a
		// page.
		expect(Math.abs((await topOf(list, first)) - top)).toBeLessThan(60);
		await until("the beginning is reached", async () => {
			await scrollUp(list);
			return list.getByText("已到最早的记录").isVisible();
		});
		await list.getByText("手工木船第三天").waitFor();
		const all = await seqs(list);
		expect(all).toEqual([...all].sort((a, b) => a - b));
		expect(new Set(all).size).toBe(all.length);
		expect(await list.locator('li[data-kind="chat"]').count()).toBe(said);
		// New messages are counted, and the counter leads to the newest.
		say(roomOf(simulator, "1001"), 1, "刚刚说的");
		await feed.getByRole("button", { name: /条新消息/ }).click();
		await list.getByText("刚刚说的").waitFor();
		expect(complaints).toEqual([]);
	});

	test("finds two Chinese characters, and a user's whole history", async () => {
		const { page, feed, complaints } = await openFeed();
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await feed.getByRole("searchbox").fill("木船");
		const results = feed.getByRole("region", { name: "搜索结果" });
		await results.getByText("找到 1 条").waitFor();
		await results.getByText("手工木船第三天").waitFor();
		await results.getByText(/全部找完/).waitFor();
		await results.getByLabel("搜索范围").selectOption("all");
		await results.getByText("那边也在造木船").waitFor();
		await results.getByText("找到 2 条").waitFor();
		expect(await results.getByRole("link").count()).toBe(1);
		expect(await axeFaults(page)).toEqual([]);

		await results.getByRole("button", { name: "船长" }).click();
		const card = page.getByRole("dialog", { name: "船长 的发言和礼物" });
		await card.getByText("found-77").waitFor();
		await card.getByRole("button", { name: "复制" }).click();
		await until("it is copied", async () => (await page.evaluate("navigator.clipboard.readText()")) === "found-77");
		await card.getByText("找到 100 条").waitFor();
		await card.getByText("玫瑰").waitFor();
		await card.getByRole("button", { name: "继续查找" }).first().click();
		await card.getByText("找到 200 条").waitFor();
		expect(await axeFaults(page)).toEqual([]);
		await page.keyboard.press("Escape");

		// A search for the 抖音号 finds the same user, and none without one.
		await feed.getByRole("searchbox").fill("FOUND-7");
		await results.getByText("找到 100 条").waitFor();
		await feed.getByRole("button", { name: "返回实时消息" }).click();
		await feed.getByText(`第 ${said} 句`, { exact: true }).waitFor();
		expect(complaints).toEqual([]);
	});
});

function roomOf(simulator: Simulator, liveId: string): SimulatedRoom {
	const room = simulator.room(liveId);
	if (!room) throw new Error(`the simulator has no room ${liveId}`);
	return room;
}

const personOf = (index: number): UserInit => ({
	id: `${100 + index}`,
	nickname: people[index] ?? "",
	displayId: index === 2 ? "found-77" : "",
});
const common = (method: string) => ({ common: { method, createTime: Date.now(), isShowMsg: true } });

function say(room: SimulatedRoom, person: number, content: string): void {
	const user = personOf(person);
	room.push("WebcastChatMessage", encodeChatMessage({ ...common("WebcastChatMessage"), user, content }));
}

function give(room: SimulatedRoom, person: number): void {
	const gift = { id: "463", name: "玫瑰", diamondCount: 1 };
	const counted = { giftId: "463", repeatCount: 1, comboCount: 1, groupCount: 1, repeatEnd: 1, gift };
	const user = personOf(person);
	room.push("WebcastGiftMessage", encodeGiftMessage({ ...common("WebcastGiftMessage"), user, ...counted }));
}

async function lastSeq(service: ServiceProcess, liveId: string): Promise<number> {
	const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?limit=1`);
	return (body as { last_seq: number }).last_seq;
}

const seqs = (list: Locator): Promise<number[]> =>
	list.locator("li[data-seq]").evaluateAll((lines) => lines.map((line) => Number(line.getAttribute("data-seq"))));

/** Returns a line's position on the screen, once the lines in view have their real heights. */
async function topOf(list: Locator, seq: number): Promise<number> {
	const draw = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
	for (let frames = 0; frames < 2; frames++) await list.page().evaluate(draw);
	return list.locator(`li[data-seq="${seq}"]`).evaluate((line) => line.getBoundingClientRect().top);
}

/** @param left remaining distance from the top, px */
async function scrollUp(list: Locator, left = 0): Promise<void> {
	await list.evaluate((one, px) => {
		const scroller = one.parentElement;
		if (scroller) scroller.scrollTop = scroller.clientHeight - scroller.scrollHeight + px;
	}, left);
}

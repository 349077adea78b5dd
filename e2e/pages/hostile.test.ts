import { encodeChatMessage, encodeGiftMessage, encodeMemberMessage, type UserInit } from "@livekeeper/douyin/wire";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, type OpenedPage, openPage, type PageOptions, startBrowser } from "../kit/browser.ts";
import { hostilePictures, hostileTexts } from "../kit/hostile.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** A harmless user and message, which must look the same after all hostile ones. */
const honest = { name: "老王", says: "晚上好，第一次来 Hello" };
/** Wide and narrow, in both themes and languages. */
const shapes: readonly PageOptions[] = [{}, { width: 360, height: 740, theme: "dark", locale: "en-US" }];
/** Rooms with one hostile title each; the active room is none of them. */
const titled = hostileTexts.map(([, text], i) => ({ liveId: `${2001 + i}`, title: text.slice(0, 2_000) }));

describe.skipIf(chromiumPath === undefined)("hostile texts", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 0, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		for (const { liveId, title } of titled) simulator.addRoom(liveId, { title, rate: 0 });
		await service.startRoom("1001");
		for (const { liveId } of titled) await service.startRoom(liveId);
		const room = simulator.room("1001");
		if (!room) throw new Error("the simulator has no room 1001");
		await until("it is connected", () => room.info.viewers === 1);
		speak(room);
		await until("every message is stored", async () => (await chats(service)) > hostileTexts.length);
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("cover at least 20 kinds", () => {
		expect(new Set(hostileTexts.map(([kind]) => kind)).size).toBeGreaterThanOrEqual(20);
	});

	test.each(shapes)("run, load and break nothing on a room's page, %j", async (options) => {
		const opened = await open(`${service.url}/rooms/1001`, options);
		const feed = opened.page.getByRole("region", { name: /实时消息|Live messages/ }).getByRole("list");
		await feed.getByText(honest.says, { exact: true }).waitFor();
		expect(await feed.locator('li[data-kind="chat"]').count()).toBe(hostileTexts.length + 1);
		expect(await feed.locator('li[data-kind="gift"]').count()).toBeGreaterThanOrEqual(hostileTexts.length);
		expect(await tagNames(feed)).toEqual(["BDI", "BUTTON", "LI", "P", "SPAN", "STRONG", "TIME"]);
		await expectHonestLine(feed.locator("li").filter({ hasText: honest.says }));
		await expectLinesInside(feed, 12);
		await expectUnharmed(opened);
	});

	test("do no harm as titles in list and room", async () => {
		for (const options of shapes) {
			const opened = await open(`${service.url}/`, options);
			const table = opened.page.getByRole("table");
			await until("rooms are there", async () => (await table.getByRole("link").count()) > 8);
			await expectLinesInside(table, 6);
			await expectUnharmed(opened);
		}
		const opened = await open(service.url, shapes[1]);
		for (const { liveId } of titled) {
			await opened.page.goto(`${service.url}/rooms/${liveId}`);
			await opened.page.getByRole("heading", { level: 1 }).waitFor();
			const { height } = (await opened.page.locator("main header").first().boundingBox()) ?? {};
			expect([liveId, (height ?? 1_000) < 200]).toEqual([liveId, true]);
			await expectUnharmed(opened);
		}
	});

	test("do no harm in an overlay", async () => {
		const address = `${service.url}/overlay/1001?kinds=chat,gift,member&lines=14&fade=0&avatars=1&levels=1`;
		const opened = await open(address, { width: 420, height: 640 });
		const room = simulator.room("1001") as SimulatedRoom;
		// An overlay starts with the next event.
		await until("it follows the room", async () => {
			say(room, "在吗");
			return (await opened.page.getByText("在吗").count()) > 0;
		});
		speak(room);
		await opened.page.getByRole("listitem").filter({ hasText: honest.says }).waitFor();
		const tags = await tagNames(opened.page.locator("body"));
		expect(
			tags.filter(
				(tag) => !["B", "BDI", "DIV", "H1", "HEADER", "IMG", "LI", "MAIN", "OL", "P", "SPAN", "UL"].includes(tag),
			),
		).toEqual([]);
		await expectUnharmed(opened);
	});

	async function open(url: string, options?: PageOptions): Promise<OpenedPage> {
		const opened = await openPage(browser, "about:blank", options);
		opened.page.on("dialog", (dialog) => void opened.complaints.push(dialog.message()));
		opened.page.on("framenavigated", (frame) => {
			if (!frame.url().startsWith(service.url)) opened.complaints.push(`opened ${frame.url()}`);
		});
		await opened.page.goto(url);
		return opened;
	}

	/** Checks that nothing ran, nothing foreign was requested, nothing overflows, and no invisible character is left. */
	async function expectUnharmed({ page, complaints, foreign }: OpenedPage): Promise<void> {
		expect(await page.evaluate("[globalThis.hacked, document.baseURI.startsWith(location.origin)]")).toEqual([
			undefined,
			true,
		]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		const text = await page.evaluate("document.body.innerText");
		expect(String(text).match(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u3164]/gu)).toBeNull();
		expect(complaints).toEqual([]);
		expect(foreign.filter((address) => !address.startsWith(service.url))).toEqual([]);
	}
});

/** Uses each hostile text as a name, a message, a gift and a join; then sends something harmless. */
function speak(room: SimulatedRoom): void {
	hostileTexts.forEach(([, text], i) => {
		const picture = hostilePictures[i % hostilePictures.length] ?? "";
		const avatarThumb = { urlList: [picture] };
		const fansClub = { data: { clubName: text, level: 3, userFansClubStatus: 1 } };
		const user: UserInit = { id: `${1_000 + i}`, nickname: text, avatarThumb, fansClub };
		room.push("WebcastChatMessage", encodeChatMessage({ ...common("WebcastChatMessage"), user, content: text }));
		const gift = { id: `${5_000 + i}`, name: text, diamondCount: 1, image: { urlList: [picture] } };
		const counted = { giftId: gift.id, repeatCount: 1, comboCount: 1, groupCount: 1, repeatEnd: 1, gift };
		room.push("WebcastGiftMessage", encodeGiftMessage({ ...common("WebcastGiftMessage"), user, ...counted }));
		room.push("WebcastMemberMessage", encodeMemberMessage({ ...common("WebcastMemberMessage"), user, action: 1 }));
	});
	say(room, honest.says);
}

function say(room: SimulatedRoom, content: string): void {
	const user: UserInit = { id: "1", nickname: honest.name };
	room.push("WebcastChatMessage", encodeChatMessage({ ...common("WebcastChatMessage"), user, content }));
}

function common(method: string) {
	return { common: { method, createTime: Date.now(), isShowMsg: true } };
}

async function chats(service: ServiceProcess): Promise<number> {
	const { body } = await service.request("GET", "/api/v1/rooms/1001/events?types=chat&limit=500");
	return (body as { events: unknown[] }).events.length;
}

/** Returns the kinds of elements in `within`. */
async function tagNames(within: Locator): Promise<string[]> {
	const names = await within.locator("*").evaluateAll((elements) => elements.map(({ tagName }) => tagName));
	return [...new Set(names)].sort();
}

/** Checks that the harmless line reads as written: the name, then the message, both complete. */
async function expectHonestLine(line: Locator): Promise<void> {
	expect(await line.locator("bdi").allTextContents()).toEqual([honest.name, honest.says]);
	const [name, says] = await line
		.locator("bdi")
		.evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().x));
	expect(name).toBeLessThan(says ?? 0);
}

/** Checks that no line is wider than its list, or higher than this many lines of text. */
async function expectLinesInside(list: Locator, max: number): Promise<void> {
	const faults = await list.evaluate((element, lines) => {
		const outer = element.getBoundingClientRect();
		const rows = [...element.querySelectorAll("li, [role=row]")];
		const bad = rows.filter((row) => {
			const { left, right, height } = row.getBoundingClientRect();
			return (
				left < outer.left - 1 || right > outer.right + 1 || height > lines * 24 || row.scrollWidth > row.clientWidth + 1
			);
		});
		return bad.map((row) => (row.textContent ?? "").slice(0, 80));
	}, max);
	expect(faults).toEqual([]);
}

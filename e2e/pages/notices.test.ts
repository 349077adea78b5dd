import { encodeGiftMessage } from "@livekeeper/douyin/wire";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser, wholeChromium } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** Records the notifications shown by the browser, as `title|body`, and the number of tones heard to their end. */
const remembering = `
	globalThis.shown = [];
	globalThis.tones = 0;
	globalThis.Notification = class extends Notification {
		constructor(title, options) {
			super(title, options);
			this.addEventListener("show", () => globalThis.shown.push(title + "|" + options.body));
		}
	};
	const { start } = AudioScheduledSourceNode.prototype;
	AudioScheduledSourceNode.prototype.start = function (...when) {
		this.addEventListener("ended", () => globalThis.tones++);
		return start.apply(this, when);
	};
`;

/** A browser whose user denies the permission. */
const refusing = `
	globalThis.shown = [];
	globalThis.Notification = class {
		static get permission() { return localStorage.getItem("answered") ?? "default"; }
		static async requestPermission() {
			localStorage.setItem("answered", "denied");
			return "denied";
		}
	};
`;

describe.skipIf(chromiumPath === undefined)("notices of the page", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser(wholeChromium);
		simulator = await startSimulator({ rooms: 1, rate: 0, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		await service.startRoom("1001");
		await until("it is connected", () => simulator.room("1001")?.info.viewers === 1);
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	/** Opens the settings in a browser whose user gives this answer to the permission prompt. */
	async function openSettings(answer: "granted" | "denied") {
		const { page, complaints } = await openPage(browser, "about:blank");
		if (answer === "granted") await page.context().grantPermissions(["notifications"], { origin: service.url });
		await page.context().addInitScript(answer === "granted" ? remembering : refusing);
		await page.goto(`${service.url}/settings`);
		const panel = page.getByRole("region", { name: "本浏览器的通知" });
		await panel.getByText("通知未开启").waitFor();
		return { page, panel, complaints };
	}

	test.skipIf(!wholeChromium)("show and ring once over two tabs, for important events", async () => {
		const { page, panel, complaints } = await openSettings("granted");
		await panel.getByRole("button", { name: "开启通知" }).click();
		await panel.getByText("通知已开启").waitFor();
		await panel.getByLabel("收不到消息").uncheck();
		await panel.getByLabel("情况持续多少秒才通知").fill("1");
		await panel.getByLabel("礼物价值至少").fill("500");
		await panel.getByLabel("礼物价值至少").press("Tab");
		await panel.getByRole("button", { name: "试一下" }).click();
		await until("the test is shown", async () => (await shownOn(page)).length > 0);
		expect(await shownOn(page)).toEqual(["livekeeper|通知可以正常显示。"]);
		await until("the test sound plays", async () => (await tonesOn(page)) >= 6);
		const tonesOfRing = await tonesOn(page);
		expect(await axeFaults(page)).toEqual([]);

		const streams: string[] = [];
		const count = (one: Page) =>
			one.on("websocket", (socket) => {
				if (socket.url().includes("/ws/1001")) streams.push(socket.url());
			});
		count(page);
		await page.reload();
		await panel.getByText("通知已开启").waitFor();
		expect(await panel.getByLabel("礼物价值至少").inputValue()).toBe("500");
		const other = await page.context().newPage();
		count(other);
		await other.goto(`${service.url}/settings`);
		await other.getByText("通知已开启").waitFor();
		const shown = async () => [...(await shownOn(page)), ...(await shownOn(other))];
		// Everything from now on comes after the position where it starts to read.
		await until("the room is followed", () => streams.length > 0);

		give("463", "小心心", 1);
		give("464", "<b>嘉年华</b>", 3_000);
		await until("a gift is noticed", async () => (await shown()).length > 0);
		simulator.room("1001")?.end();
		await until("the end is noticed", async () => (await shown()).length > 1);
		expect(await shown()).toEqual([
			expect.stringContaining("小明 送出 <b>嘉年华</b> ×1（3,000 抖币）"),
			expect.stringMatching(/\|下播$/),
		]);
		// One ring consists of several tones.
		const tones = async () => (await tonesOn(page)) + (await tonesOn(other));
		await until("both sounds play", async () => (await tones()) >= 2 * tonesOfRing);
		expect(await tones()).toBe(2 * tonesOfRing);
		expect(streams).toHaveLength(1);
		expect(complaints).toEqual([]);
	});

	test("explain a denied permission and the remedy", async () => {
		const { page, panel, complaints } = await openSettings("denied");
		await panel.getByRole("button", { name: "开启通知" }).click();
		await panel.getByText("浏览器已禁止本页面发送通知").waitFor();
		expect(await panel.getByRole("button", { name: "开启通知" }).isDisabled()).toBe(true);
		expect(await panel.getByRole("button", { name: "试一下" }).isDisabled()).toBe(true);
		expect(await shownOn(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});

	function give(id: string, name: string, diamondCount: number): void {
		const counted = { giftId: id, repeatCount: 1, comboCount: 1, groupCount: 1, repeatEnd: 1 };
		const common = { method: "WebcastGiftMessage", createTime: Date.now(), isShowMsg: true };
		const message = { common, user: { id: "42", nickname: "小明" }, ...counted, gift: { id, name, diamondCount } };
		simulator.room("1001")?.push("WebcastGiftMessage", encodeGiftMessage(message));
	}
});

const shownOn = (page: Page) => page.evaluate("globalThis.shown") as Promise<string[]>;
const tonesOn = (page: Page) => page.evaluate("globalThis.tones") as Promise<number>;

import { execFileSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
	axeFaults,
	canLoadExtensions,
	chromiumPath,
	closePages,
	openPage,
	startBrowser,
	startWithExtension,
} from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

const address = "127.0.0.1";
const hour = 3_600_000;
/** The extension's id, which follows from the key in its manifest. */
const extensionOrigin = "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim";
const program = fileURLToPath(new URL("../../packages/livekeeper/bin/livekeeper.js", import.meta.url));

interface RoomView {
	state: string;
	kind?: string;
	reason: { code: string };
	messages: number;
}

describe.skipIf(chromiumPath === undefined)("on the site with its limits and bans", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	beforeEach(async () => {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 4, seed: 7, port: 0, site: "real" });
		// The check of the login asks for a page within seconds of a connection, beside the requests that are counted.
		service = await ServiceProcess.create({ upstreamUrl: simulator.url, config: { identity_check_hours: 0 } });
	});
	afterEach(async () => {
		await closePages();
		await browser?.close();
		await service?.close();
		await simulator?.close();
	});

	const room = async (liveId: string) => {
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}`);
		return (body as { room: RoomView }).room;
	};
	const isClosed = async () => {
		const { body } = await service.request("GET", "/api/v1/upstream");
		return (body as { upstream: { exits: { closed: boolean }[] } }).upstream.exits[0]?.closed === true;
	};
	const row = (page: Page, liveId: string) =>
		page.getByRole("row").filter({ has: page.locator(`a[href$="/rooms/${liveId}"]`) });
	/** Returns the number of lookups counted by the site. */
	const asked = () => {
		const { page, json, batch } = simulator.site.addresses().find((one) => one.address === address)?.calls ?? {};
		return { home: page?.asked ?? 0, calls: (json?.asked ?? 0) + (batch?.asked ?? 0) };
	};

	test("a solved captcha connects a banned address by one request", async () => {
		for (const group of ["page", "json", "batch"] as const) simulator.site.ban(address, group, hour);
		await service.start();
		await service.startRoom("1001");
		await until("every way is refused", isClosed);
		const { page, complaints, foreign } = await openPage(browser, service.url);
		const banner = page.getByRole("region", { name: "被抖音拒绝的查询" });
		await banner.getByRole("alert").getByText("直播间没有问题，已连接的不受影响").waitFor();
		await banner.getByText("抖音要求通过滑块验证。").waitFor();
		expect(await banner.getByRole("link", { name: "打开页面" }).getAttribute("href")).toBe(`${simulator.url}/1001`);
		expect(await axeFaults(page)).toEqual([]);

		simulator.site.passed(address);
		const before = asked();
		await banner.getByRole("button", { name: "我已通过滑块验证" }).click();
		await row(page, "1001").getByText("已连接").filter({ visible: true }).waitFor();
		// One lookup; a new visitor also fetches its cookie once from the home page, which counts in the budget of pages.
		expect(asked()).toEqual({ home: before.home + 1, calls: before.calls + 1 });
		await until("the banner disappears", async () => (await banner.count()) === 0);
		expect([complaints, foreign]).toEqual([[], []]);
	});

	test.skipIf(!canLoadExtensions)("the extension connects a banned address by one request", async () => {
		const visitor = await ServiceProcess.create({
			upstreamUrl: simulator.url,
			config: { cookie: "ttwid=1%7Cvisitor" },
		});
		onTestFinished(() => visitor.close());
		const cookies: string[] = [];
		const note = (message: unknown) => {
			const { request } = message as { request: IncomingMessage };
			if (request.socket.localPort === simulator.port) cookies.push(request.headers.cookie ?? "");
		};
		for (const group of ["page", "json", "batch"] as const) simulator.site.ban(address, group, hour);
		await visitor.start();
		await visitor.startRoom("1001");
		const context = await startWithExtension(fileURLToPath(new URL("../../extension", import.meta.url)), "zh-CN");
		onTestFinished(() => context.close());
		const foreign: string[] = [];
		// Requests to all other hosts are blocked, so nothing is sent to the site.
		await context.route(/./, (route) => {
			const { hostname, protocol } = new URL(route.request().url());
			if (hostname === address || protocol === "chrome-extension:") return route.continue();
			foreign.push(route.request().url());
			return route.abort();
		});
		const page = await context.newPage();
		await page.goto(visitor.url);
		const banner = page.getByRole("region", { name: "被抖音拒绝的查询" });
		await banner.getByRole("button", { name: "用浏览器扩展" }).click();
		const code = (await banner.getByLabel("配对码", { exact: true }).textContent()) ?? "";

		// The user solves the captcha in this browser, which receives its cookies.
		simulator.site.passed(address);
		const cookie = (name: string, value: string) => ({ name, value, domain: ".douyin.com", path: "/" });
		await context.addCookies([
			cookie("s_v_web_id", "verify_passed"),
			cookie("__ac_nonce", "fresh"),
			cookie("sessionid", "private"),
		]);
		const before = asked();
		subscribe("http.server.request.start", note);
		onTestFinished(() => void unsubscribe("http.server.request.start", note));
		const popup = await context.newPage();
		await popup.goto(`${extensionOrigin}/popup.html`);
		await popup.getByText("端口不同？").click();
		await popup.getByLabel("livekeeper 网页的地址").fill(visitor.url);
		await popup.getByLabel("livekeeper 网页上显示的配对码").fill(code);
		await popup.getByRole("button", { name: "我已通过滑块验证" }).click();
		await popup.getByRole("status").getByText("已发给 livekeeper").waitFor();

		await row(page, "1001").getByText("已连接").filter({ visible: true }).waitFor();
		expect(asked()).toEqual({ ...before, calls: before.calls + 1 });
		expect(cookies[0]).toBe("ttwid=1%7Cvisitor; s_v_web_id=verify_passed; __ac_nonce=fresh");
		expect(cookies.join()).not.toContain("private");
		expect(foreign).toEqual([]);
	});

	test("each kind of room looks the same everywhere", async () => {
		simulator.addRoom("2001", { voice: true });
		simulator.addRoom("2002", { page: "hidden" });
		simulator.addRoom("2003", { page: "closed_account" });
		const rooms = {
			// A healthy page that contains the word captcha.
			1001: { view: { state: "connected" }, said: "已连接" },
			2001: { view: { state: "connected", kind: "voice" }, said: "语音" },
			2002: { view: { state: "waiting", reason: { code: "hidden" } }, said: "只对主播指定的观众可见" },
			2003: { view: { state: "not_found", reason: { code: "closed" } }, said: "账号已注销" },
			2004: { view: { state: "not_found", reason: { code: "not_found" } }, said: "这个直播间号没有对应的直播间" },
		};
		// The first room is looked up by its page, the others by JSON calls.
		simulator.setFault({ fault: "way_closed", on: "enter", by: "layout", count: 1 });
		await service.start();
		for (const liveId of Object.keys(rooms)) await service.startRoom(liveId);
		for (const [liveId, { view }] of Object.entries(rooms)) {
			await until(`${liveId} is ${view.state}`, async () => (await room(liveId)).state === view.state, {
				describe: () => simulator.site.addresses(),
			});
			expect(await room(liveId)).toMatchObject(view);
		}
		expect(simulator.site.addresses()[0]?.calls.page.asked).toBeGreaterThan(0);
		await until("the voice room's messages are in the log", async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/2001/events?types=chat");
			return (body as { events: unknown[] }).events.length > 0;
		});

		const status = execFileSync(process.execPath, [program, "status", "--url", service.url, "--lang", "zh"], {
			encoding: "utf8",
		});
		const { page, complaints } = await openPage(browser, service.url, { width: 1440, height: 900 });
		for (const [liveId, { said }] of Object.entries(rooms)) {
			expect(status.split("\n").find((line) => line.includes(liveId))).toContain(said);
			await row(page, liveId).getByText(said).filter({ visible: true }).first().waitFor();
		}
		expect(await axeFaults(page)).toEqual([]);
		expect(complaints).toEqual([]);
	});
});

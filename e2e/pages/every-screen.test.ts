import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { en } from "../../packages/dashboard/src/i18n/en.ts";
import { type Messages, zh } from "../../packages/dashboard/src/i18n/zh.ts";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";
import { startUpdateService, type UpdateService } from "../kit/update-service.ts";

const words = { "zh-CN": zh, "en-US": en };

interface Screen {
	path: string;
	/** Leads from the address to the screen, and waits until it is there. */
	open: (page: Page, words: Messages) => Promise<void>;
	/** Whether it is left out on a phone, which has no way to it. */
	isWide?: true;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).filter({ visible: true });
const press = (page: Page, name: string) => button(page, name).first().click();
const startOf = (text: string) => new RegExp(text.replace(/\{.*/, ""));
const seen = (page: Page, selector: string) => page.locator(selector).filter({ visible: true }).first().waitFor();
const room = "/rooms/1001";

/** Every screen, dialog and panel, and how to get there. */
const screens: Record<string, Screen> = {
	rooms: { path: "/", open: (page) => seen(page, "[aria-rowindex]") },
	wall: { path: "/?wall=1", open: (page) => seen(page, "article") },
	"no room that matches": {
		path: "/?q=nothing",
		open: (page, { rooms }) => button(page, rooms.none.clear).waitFor(),
	},
	"answers to pasted text": {
		path: "/",
		open: async (page, { shell }) => {
			await page.getByLabel(shell.add.label).fill("1001 1003 404404 https://www.douyin.com/user/MS4w 快来看");
			await press(page, shell.add.find);
			await page.getByRole("group", { name: shell.add.found }).waitFor();
		},
	},
	"a room's menu": {
		path: "/",
		open: async (page) => {
			await page.locator("main [aria-haspopup=menu]").first().click();
			await seen(page, "[role=menuitem]");
		},
	},
	"a room's settings": {
		path: "/",
		open: async (page, { login }) => {
			await page.locator("main [aria-haspopup=menu]").first().click();
			await page.getByRole("menuitem", { name: login.options.menu }).click();
			await seen(page, "[role=dialog]");
		},
	},
	"the question before a stop": {
		path: room,
		open: async (page, { rooms }) => {
			await press(page, rooms.action.stop);
			await seen(page, "[role=alertdialog]");
		},
	},
	room: { path: room, open: (page) => seen(page, "li[data-kind]") },
	"a room's gifts": { path: `${room}?tab=gifts`, open: (page) => seen(page, "#panel-gifts") },
	"a room's charts": { path: `${room}?tab=charts`, open: (page, { charts }) => atHeading(page, charts.title) },
	"a room's broadcasts": { path: `${room}?tab=broadcasts`, open: (page) => seen(page, "#panel-broadcasts a") },
	"a room's connection": {
		path: `${room}?tab=status`,
		open: (page, { room: { fact } }) => page.getByText(fact.host, { exact: true }).waitFor(),
	},
	"a broadcast's exports": {
		path: `${room}?tab=broadcasts`,
		open: async (page, { room: { broadcast } }) => {
			await press(page, broadcast.more);
			await seen(page, "[role=menuitem]");
		},
	},
	"the menu of languages": {
		path: "/",
		open: async (page, { shell }) => {
			await press(page, shell.language);
			await seen(page, "[role=menuitemradio]");
		},
	},
	"a room that is not kept": { path: "/rooms/none", open: (page) => seen(page, "main h1") },
	"a broadcast's report": {
		path: `${room}?tab=broadcasts`,
		open: async (page, { report }) => {
			await page.locator("#panel-broadcasts").getByRole("link", { name: report.open }).first().click();
			const sheet = page.getByRole("article");
			await sheet.getByText("弹幕是平时的 3 倍").or(sheet.getByText("Chat is 3 times the usual")).waitFor();
		},
	},
	today: { path: "/today", open: (page) => seen(page, "table") },
	nodes: { path: "/nodes", open: (page) => seen(page, "main h2") },
	connections: { path: "/connections", open: (page) => seen(page, "[data-drift=field]") },
	"an overlay's builder": {
		path: "/overlay?live_id=1001",
		open: async (page) => {
			await page.locator(".theme .host").last().waitFor();
			// It is disabled, and pale, until the rooms are known.
			await seen(page, "main button.bg-accent:enabled");
		},
	},
	settings: { path: "/settings", open: (page) => seen(page, "[data-option], summary") },
	"a login's form": {
		path: "/settings",
		open: async (page, { settings }) => {
			await press(page, settings.identities.add);
			await button(page, settings.save).first().waitFor();
		},
	},
	"a message's preview": {
		path: "/settings",
		open: async (page, { settings: { targets } }) => {
			await page.getByLabel(targets.presetLabel).selectOption("dingtalk");
			await page.getByLabel(targets.setting.url, { exact: true }).fill("http://127.0.0.1:9/?access_token=a");
			await press(page, targets.preview);
			await seen(page, "[data-bubble]");
		},
	},
	"the login wizard": {
		path: "/settings",
		open: async (page, { login }) => {
			await press(page, login.open);
			await page.getByRole("dialog", { name: login.title }).waitFor();
		},
	},
	"the login wizard's second step": { path: "/settings", open: pasteLogin },
	"the login wizard's third step": {
		path: "/settings",
		open: async (page, all) => {
			await pasteLogin(page, all);
			await press(page, all.login.next);
			await page.getByRole("dialog").getByRole("radio").first().waitFor();
		},
	},
	"a check's steps": {
		path: "/doctor?room=1001",
		open: async (page, { help }) => {
			await press(page, help.doctor.run);
			await page.getByText(startOf(help.doctor.kept)).waitFor();
		},
	},
	"a diagnosis": {
		path: "/doctor",
		open: async (page, { help }) => {
			await press(page, help.diagnosis.make);
			await button(page, help.diagnosis.save).waitFor();
			await page.locator("summary", { hasText: "rooms.json" }).click();
		},
	},
	"rooms as cards": {
		path: "/",
		open: async (page, { rooms }) => {
			await press(page, rooms.view.cards);
			await seen(page, "article");
		},
		isWide: true,
	},
	"an address that does not exist": { path: "/nothing/here", open: (page) => seen(page, "main h1") },
};

async function pasteLogin(page: Page, { login }: Messages): Promise<void> {
	await press(page, login.open);
	await press(page, login.next);
	await page.getByLabel(login.paste.label).fill("sessionid=hush; s_v_web_id=v");
	await page.getByText(startOf(login.paste.found)).waitFor();
}

function atHeading(page: Page, name: string): Promise<void> {
	return page.getByRole("heading", { name }).filter({ visible: true }).first().waitFor();
}

describe.skipIf(chromiumPath === undefined)("every screen", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;
	let updates: UpdateService;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		updates = await startUpdateService("9.1.0");
		simulator = await startSimulator({ rooms: 3, rate: 8, seed: 7, port: 0 });
		simulator.room("1002")?.setFault({ fault: "device_blocked", for_ms: 3_600_000 });
		const config = { ...updates.config, target_allow_private: true };
		service = await ServiceProcess.start({ upstreamUrl: simulator.url, config });
		for (const liveId of ["1001", "1002", "1004"]) await service.startRoom(liveId);
		await until("gifts have arrived", async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/1001");
			return (body as { room: { diamonds: number } }).room.diamonds > 0;
		});
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
		updates?.close();
	}

	sharedByAll(begin, end);

	test.each([
		{ theme: "light", locale: "zh-CN", width: 1440 },
		{ theme: "dark", locale: "en-US", width: 1440 },
		{ theme: "dark", locale: "zh-CN", width: 390 },
		{ theme: "light", locale: "en-US", width: 390 },
	] as const)("is accessible and fits, $theme, $locale, $width px", async (look) => {
		const { page } = await openPage(browser, "about:blank", { ...look, height: 900 });
		await addRarities(page);
		const faults: [screen: string, found: unknown][] = [];
		for (const [name, { path, open, isWide }] of Object.entries(screens)) {
			if (isWide && look.width < 900) continue;
			await page.goto(`${service.url}${path}`);
			await open(page, words[look.locale]);
			// Colours are judged in their final state, not in the middle of a transition.
			await page.emulateMedia({ reducedMotion: "reduce" });
			for (const found of await axeFaults(page)) faults.push([name, found]);
			if (!(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))) faults.push([name, "too wide"]);
		}
		expect(faults).toEqual([]);
	});

	test("announces a newer version until it is dismissed", async () => {
		const { page, complaints } = await openPage(browser, service.url);
		const news = page.getByRole("region", { name: zh.site.update.title });
		await news.getByText("有新版本 9.1.0（2027-01-02）").waitFor();
		await news.getByRole("link", { name: zh.site.update.see }).click();
		await page.waitForURL("**/connections#site");
		await page.locator("[data-update=version]").getByText("列表更快。").waitFor();
		await news.getByRole("button", { name: zh.site.update.hide }).click();
		await news.waitFor({ state: "detached" });
		const answered = page.waitForResponse(/\/api\/v1\/update$/);
		await page.reload();
		await answered;
		await page.locator("[data-update=version]").waitFor();
		expect(await news.count()).toBe(0);
		// A dismissed version hides no later one.
		await page.evaluate(`localStorage.setItem("livekeeper.update", "9.0.0")`);
		await page.goto(service.url);
		await news.waitFor();
		expect(complaints).toEqual([]);
	});
});

/** Adds to the service's answers what takes hours or a change of the site to come about. */
async function addRarities(page: Page): Promise<void> {
	const now = Date.now();
	const why = { en: "Chat is 3 times the usual", zh: "弹幕是平时的 3 倍" };
	const reasons = [{ figure: "messages", value: 90, usual: 30, times: 3 }];
	const highlight = { from: now - 120_000, to: now - 60_000, strength: 3, why, reasons, words: [] };
	const drift = ["method", "field", "page", "empty"].map((kind) => ({
		...{ kind, name: "WebcastChatMessage.48", count: 1_234, first_at: now, last_at: now, since: now - 60_000 },
		...{ current: true, learned: false, exits: ["direct"], sample: null },
	}));
	const changes: [address: RegExp, change: (answer: Answer) => void][] = [
		[/\/highlights(\?|$)/, (answer) => (answer["highlights"] = [highlight])],
		[/\/report(\?|$)/, (answer) => (answer["highlights"] = [highlight])],
		[
			/\/api\/v1\/upstream$/,
			({ upstream }) => Object.assign(upstream as object, { drift, changed: ["Something has changed."] }),
		],
		[
			/\/api\/v1\/today(\?|$)/,
			({ rooms }) => {
				for (const one of rooms as Answer[]) one["usual_start"] = { at: now + 3_600_000, every_ms: 86_400_000 };
			},
		],
	];
	for (const [address, change] of changes) {
		await page.route(address, async (route) => {
			const response = await route.fetch();
			const answer = (await response.json()) as Answer;
			change(answer);
			await route.fulfill({ response, json: answer });
		});
	}
}

type Answer = Record<string, unknown>;

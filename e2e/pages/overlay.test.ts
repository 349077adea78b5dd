import type { Broadcast } from "@livekeeper/client";
import { encodeChatMessage, encodeLinkMicBattle, encodeLinkMicMethod } from "@livekeeper/douyin/wire";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser, styleOf } from "../kit/browser.ts";
import { contrastIn, countNodes, flood, logged, record, recorded } from "../kit/overlay-page.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

const maxNodes = 60;

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

	test("continues without repeats after a kill, on transparent ground", async () => {
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
		const text = await page.locator(".overlay").textContent();
		expect(text).not.toMatch(/error|fail|连接|断开|livekeeper/i);
		await service.start();
		const before = (await logged(service)).at(-1)?.seq ?? 0;
		await until("the overlay continues", async () => ((await recorded(page)).at(-1)?.seq ?? 0) > before);

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
		// A streak that was pushed out comes back with its full count, so the counts only grow.
		for (const counts of streaks.values()) expect(counts).toEqual([...counts].sort((a, b) => a - b));
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
		await page.context().close();
	});

	test("stays within 60 nodes in a hostile flood", async () => {
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
		const max = await page.evaluate("seen.most");
		expect(max).toBeGreaterThan(maxNodes / 2);
		expect(max).toBeLessThanOrEqual(maxNodes);
		expect(complaints).toEqual([]);
		expect(foreign.filter((address) => new URL(address).host === "evil.example")).toEqual([]);
		await page.context().close();
	});

	test("applies custom CSS from the address and from OBS", async () => {
		const css = encodeURIComponent(".name { color: rgb(1, 2, 3) }");
		const { page } = await openPage(browser, `${service.url}/overlay/1001#demo=1&theme=bubbles&css=${css}`);
		await page.locator(".name").first().waitFor();
		const style = (what: string) => page.evaluate(`getComputedStyle(document.querySelector(".name")).${what}`);
		expect(await style("color")).toBe("rgb(1, 2, 3)");
		// Same way as OBS.
		await page.evaluate(
			"document.head.appendChild(Object.assign(document.createElement('style'), { innerHTML: '.name { font-size: 41px }' }))",
		);
		await until("the style is applied", async () => (await style("fontSize")) === "41px");
		expect(await style("color")).toBe("rgb(1, 2, 3)");
		await page.context().close();
	});

	test("shows changes and tests under its named address", async () => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/rooms/1001`);
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.getByRole("main").getByRole("link", { name: "叠加层" }).click();
		await page.getByRole("radio", { name: "气泡" }).check();
		await page.getByLabel("字号").fill("999");
		await page.getByLabel("名称").fill("主播弹幕");
		await page.getByRole("button", { name: "保存，生成地址" }).click();
		await page.getByRole("button", { name: "复制" }).click();
		await page.getByText("已复制").waitFor();
		const url = String(await page.evaluate("navigator.clipboard.readText()"));
		expect(url).toMatch(new RegExp(`^${service.url}/overlay/named/[0-9a-f]{16}$`));

		const obs = await openPage(browser, url, { width: 420, height: 640 });
		const other = await openPage(browser, `${service.url}/overlay/1001?kinds=chat,gift`, { width: 420, height: 640 });
		await obs.page.locator(".overlay.bubbles .line").first().waitFor();
		expect(await styleOf(obs.page.locator(".overlay"), "--size")).toBe("96px");
		await page.getByRole("radio", { name: "水墨" }).check();
		await page.getByLabel("字号").fill("24");
		await page.getByLabel("字号").blur();
		await obs.page.locator(".overlay.ink .line").first().waitFor();

		await obs.page.evaluate(hearNotes);
		const before = (await logged(service)).length;
		const changes: string[] = [];
		page.on("request", (request) => request.method() === "GET" || changes.push(request.method()));
		await page.getByRole("checkbox", { name: "大礼物特写" }).check();
		await page.getByLabel("大礼物音效").fill("60");
		await page.getByRole("button", { name: "测试礼物" }).click();
		await obs.page.locator(".alert .tag", { hasText: "测试" }).waitFor();
		expect(changes.slice(-2)).toEqual(["PATCH", "POST"]);
		await obs.page.locator(".line.gift .tag", { hasText: "测试" }).waitFor();
		// The browser starts its audio a moment after the picture is shown.
		await obs.page.waitForFunction("notes > 0");
		await page.getByText("正在 OBS 中显示").waitFor();
		await page.getByRole("button", { name: "测试弹幕" }).click();
		await obs.page.locator(".line.chat .tag").waitFor();
		await until("the room has new messages", async () => (await logged(service)).length > before);
		expect((await logged(service)).filter(({ user }) => user?.nickname === "测试观众")).toEqual([]);
		expect(await other.page.getByText("测试观众").count()).toBe(0);
		expect(await other.page.locator(".line").count()).toBeGreaterThan(0);

		// The room links to its overlay, and creates no second one.
		await page.goto(service.url);
		await page
			.getByRole("button", { name: /的操作$/ })
			.first()
			.click();
		await page.getByRole("menuitem", { name: "叠加层" }).click();
		await page.getByText(url, { exact: true }).waitFor();
		// Without a name of its own it is saved under that of its room.
		const name = page.getByLabel("名称");
		const roomName = (await name.getAttribute("placeholder")) ?? "";
		await Promise.all([page.waitForResponse((response) => response.request().method() === "PATCH"), name.fill("")]);
		await page.reload();
		await until("the name is the room's", async () => (await name.inputValue()) === roomName && roomName !== "");
		await page.getByRole("button", { name: "删除" }).click();
		await page.getByRole("alertdialog").getByRole("button", { name: "删除" }).click();
		await page.getByRole("button", { name: "保存，生成地址" }).waitFor();
		await until("the deleted overlay shows nothing", async () => (await obs.page.locator(".overlay").count()) === 0);
		const all = [complaints, foreign, other.complaints, other.foreign, obs.foreign].flat();
		expect(all).toEqual([]);
		await Promise.all([page, obs.page, other.page].map((one) => one.context().close()));
	});

	test("needs a token if the service has a key", async () => {
		const key = "key-0123456789abcdef";
		const locked = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { api_key: key } });
		try {
			const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
			const body = JSON.stringify({ live_id: "1002" });
			await fetch(`${locked.url}/api/live/start`, { method: "POST", headers, body });
			const shut = await openPage(browser, `${locked.url}/overlay/1002#token=wrong`);
			await until("it is refused", () => shut.complaints.some((text) => text.startsWith("401 ")));
			expect((await shut.page.locator("body").textContent())?.trim()).toBe("livekeeper overlay");

			const builder = async () => {
				const { page } = await openPage(browser, `${locked.url}/overlay`);
				await page.getByLabel("API 密钥").fill(key);
				await page.getByRole("button", { name: "进入" }).click();
				return page;
			};
			const page = await builder();
			const error = { code: "storage_full", message: "The disk is full", hint: "" };
			const full = { status: 507, json: { success: false, error } };
			await page.route("**/api/v1/overlay-tokens", (route) =>
				route.request().method() === "POST" ? route.fulfill(full) : route.continue(),
			);
			await page.getByRole("button", { name: "保存，生成地址" }).click();
			await page.getByRole("alert").getByText("没有保存：The disk is full").waitFor();
			await page.unroute("**/api/v1/overlay-tokens");
			await page.getByRole("button", { name: "保存，生成地址" }).click();
			const url = (await page.getByText(/#token=lko_/).textContent()) ?? "";
			expect(url).not.toContain(key);
			const open = await openPage(browser, url);
			await open.page.locator(".line").first().waitFor();
			expect([...open.complaints, ...open.foreign]).toEqual([]);

			const second = await builder();
			await second.getByRole("button", { name: "换一个新地址" }).click();
			const renewed = (await second.getByText(/#token=lko_/).textContent()) ?? "";
			expect(renewed).not.toBe(url);
			await until("the old one has ended", () => open.complaints.some((text) => text.startsWith("401 ")));
			const again = await openPage(browser, renewed);
			await again.page.locator(".line").first().waitFor();
		} finally {
			await locked.close();
		}
	});

	test("shows battle, ranking and goal before and after a reload", async () => {
		const room = simulator.room("1002") as SimulatedRoom;
		await service.startRoom("1002");
		const summary = async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/1002/broadcasts?last=1");
			return (body as { broadcasts: Broadcast[] }).broadcasts[0];
		};
		await until("gifts are given", async () => ((await summary())?.top_gifters.length ?? 0) > 2);
		room.change({ rate: 0 });
		const begun = Date.now();
		const { body } = await service.request("GET", "/api/v1/rooms/1002");
		const { id, nickname } = (body as { room: { anchor: { id: string; nickname: string } } }).room.anchor;
		const battle = { battleIdStr: "77", battleId: "77" };
		const guest = { userId: "5", nickName: "对面的人" };
		const names = [guest, { userId: id, nickName: nickname }].map((user) => ({ key: user.userId, value: { user } }));
		const settings = { ...battle, startTimeMs: begun, duration: 300, battleStatus: 1 };
		push(room, "WebcastLinkMicBattleMethod", (common) =>
			encodeLinkMicBattle({ ...common, battleSettings: settings, userInfos: names }),
		);
		const userScores = [
			{ userId: id, userIdStr: id, score: 520 },
			{ userId: "5", userIdStr: "5", score: 1314 },
		];
		push(room, "WebcastLinkMicMethod", (common) =>
			encodeLinkMicMethod({ ...common, ...battle, messageType: 202, userScores }),
		);
		const shows = "widgets=pk,ranking,goal&ranks=10&goal_target=100000&goal_title=%E4%BB%8A%E6%99%9A";
		const { page, complaints } = await openPage(browser, `${service.url}/overlay/1002?${shows}`);
		for (const load of ["first", "again"]) {
			if (load === "again") await page.reload();
			const { diamonds = 0, top_gifters: givers = [] } = (await summary()) ?? {};
			await page.locator(".goal-state", { hasText: `${diamonds.toLocaleString("en-US")} / 100,000` }).waitFor();
			await page.locator(".pk .them .score", { hasText: "1,314" }).waitFor();
			expect(await page.locator(".pk .score").allTextContents()).toEqual(["520", "1,314"]);
			expect(await page.locator(".pk .side-name").allTextContents()).toEqual([nickname, "对面的人"]);
			expect(await page.locator(".pk .clock").textContent()).toMatch(/^PK [45]:\d\d$/);
			expect(await page.locator(".giver .side-name").allTextContents()).toEqual(givers.map(({ nickname }) => nickname));
			expect(await page.locator(".giver .score").allTextContents()).toEqual(
				givers.map(({ diamonds }) => diamonds.toLocaleString("en-US")),
			);
		}
		expect(complaints).toEqual([]);
		room.change({ rate: 6 });
		await page.context().close();
	});

	test("keeps a name of thirty characters on one line", async () => {
		const [family, flag] = ["👨‍👩‍👧‍👦", "🇨🇳"];
		const nickname = `${"名".repeat(8)}${flag}${family}${"e\u0301x".repeat(10)}`;
		expect([...new Intl.Segmenter().segment(nickname)]).toHaveLength(30);
		const narrow = { width: 260, height: 640 };
		const { page } = await openPage(browser, `${service.url}/overlay/1001?theme=bubbles&size=30&kinds=chat`, narrow);
		const room = simulator.room("1001") as SimulatedRoom;
		const bubble = page.locator(".line", { hasText: "我在这里" }).last();
		await until("it shows", async () => {
			push(room, "WebcastChatMessage", (common) =>
				encodeChatMessage({ ...common, user: { id: "42", nickname }, content: "我在这里" }),
			);
			return bubble.isVisible();
		});
		const name = bubble.locator(".name");
		const shown = ((await name.textContent()) ?? "").replace(/…$/, "");
		const whole = [...new Intl.Segmenter().segment(nickname)].map(({ index, segment }) => index + segment.length);
		expect(whole).toContain(shown.length);
		expect(nickname.startsWith(shown)).toBe(true);
		const lines = await name.evaluate((one) => one.getClientRects().length);
		const [height, lineHeight] = [await name.evaluate((one) => one.offsetHeight), await styleOf(name, "line-height")];
		expect([lines, height]).toEqual([1, Math.round(Number.parseFloat(lineHeight))]);
		await until("the line has slid in", async () => {
			const { x = 0, width = 0 } = (await name.boundingBox()) ?? {};
			return width > 100 && x + width <= narrow.width;
		});
		await page.context().close();
	});

	test("keeps the note about missing gifts legible everywhere", async () => {
		const { page } = await openPage(browser, "about:blank");
		await page.route("**/api/v1/rooms/1001", async (route) => {
			const answer = await route.fetch();
			const body = (await answer.json()) as { room: { gift_coverage: object } };
			const gift_coverage = { ...body.room.gift_coverage, verdict: "some" };
			await route.fulfill({ response: answer, json: { ...body, room: { ...body.room, gift_coverage } } });
		});
		const note = page.locator(".note");
		for (const [search, width, height] of [
			["theme=plain", 400, 800],
			["theme=plain&size=96&widgets=feed,ranking,goal", 160, 90],
			["theme=ticker&lang=en", 1920, 72],
			["theme=neon&widgets=goal&direction=down&lang=en", 200, 60],
		] as const) {
			await page.setViewportSize({ width, height });
			await page.goto(`${service.url}/overlay/1001?${search}`);
			await note.waitFor();
			const box = (await note.boundingBox()) ?? { x: -1, y: -1, width: 0, height: 0 };
			expect([search, box.x >= 0 && box.y >= 0 && box.width > 60 && box.height > 10]).toEqual([search, true]);
			expect([search, box.x + box.width <= width && box.y + box.height <= height]).toEqual([search, true]);
			const grounds = new Set<string>();
			for (const ground of [
				"#fff",
				"#000",
				"repeating-conic-gradient(#e8c07a 0 12deg, #33506b 12deg 20deg) 0 0 / 50px 40px",
			]) {
				await page.evaluate(`document.documentElement.style.background = "${ground}"`);
				const { ground: behind, contrast } = await contrastIn(page, await note.screenshot());
				grounds.add(behind);
				expect([search, ground, contrast > 7]).toEqual([search, ground, true]);
			}
			expect(grounds.size).toBe(1);
		}
		await page.context().close();
	});

	test("shows each line completely or not at all", async () => {
		const { page } = await openPage(browser, `${service.url}/overlay`);
		await page.locator(".theme .host").last().waitFor();
		await until("the gallery shows only whole lines", async () => {
			const faults = (await page.evaluate(halfLines)) as string[];
			return faults.length === 0 && (await page.locator(".theme .host .line:not(.cut)").count()) > 8 * 2;
		});
		for (const direction of ["up", "down"]) {
			await page.setViewportSize({ width: 300, height: 190 });
			await page.goto(`${service.url}/overlay/1001?fade=0&lines=14&direction=${direction}#demo=1`);
			await page.locator(".line.cut").first().waitFor();
			await until(
				`only whole lines are shown, ${direction}`,
				async () => ((await page.evaluate(halfLines)) as string[]).length === 0,
			);
			expect(await page.locator(".line:not(.cut)").count()).toBeGreaterThan(1);
		}
		await page.context().close();
	});

	test.each([
		["light", "zh-CN", 1440, ["plain", "bubbles", "ink", "neon"]],
		["dark", "en-US", 390, ["sticker", "pixel", "arena", "ticker"]],
	] as const)("is accessible and fits in %s, %s, %i px", async (...shape) => {
		const [theme, locale, width, looks] = shape;
		const { page } = await openPage(browser, `${service.url}/overlay`, { theme, locale, width });
		await page.locator(".theme .host").last().waitFor();
		expect(await page.locator(".theme .host .line").count()).toBeGreaterThan(8 * 2);
		expect(await axeFaults(page)).toEqual([]);
		expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
		const lang = locale === "zh-CN" ? "zh" : "en";
		await page.goto(`${service.url}/overlay/1001?lang=${lang}&demo=1&levels=1&widgets=feed,alert,pk,ranking,goal`);
		await page.locator(".line.gift").first().waitFor();
		// Colours are judged in their final state, not in the middle of a line's entrance.
		await page.emulateMedia({ reducedMotion: "reduce" });
		for (const look of looks) {
			await page.evaluate(`document.querySelector(".overlay").className = "overlay up ${look}"`);
			expect([look, await axeFaults(page)]).toEqual([look, []]);
		}
		await page.context().close();
	});
});

/** Counts the notes played. Runs in the page. */
const hearNotes = `
	globalThis.notes = 0;
	const { start } = OscillatorNode.prototype;
	OscillatorNode.prototype.start = function (...at) {
		notes++;
		return start.apply(this, at);
	};
`;

/** Texts of visible lines that the edge of their list cuts. Runs in the page. */
const halfLines = `
	[document, ...[...document.querySelectorAll(".theme .host")].map((host) => host.shadowRoot)].flatMap((root) =>
		[...root.querySelectorAll(".overlay:not(.ticker) .feed")].flatMap((feed) => {
			const { top, bottom } = feed.getBoundingClientRect();
			return [...feed.querySelectorAll(".line")]
				.filter((line) => {
					const box = line.getBoundingClientRect();
					return Number(getComputedStyle(line).opacity) > 0 && (box.top < top - 1 || box.bottom > bottom + 1);
				})
				.map((line) => line.textContent);
		}),
	)
`;

function push(room: SimulatedRoom, method: string, encode: (common: { common: object }) => Uint8Array): void {
	room.push(method, encode({ common: { method, createTime: Date.now(), isShowMsg: true } }));
}

import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
	axeFaults,
	canLoadExtensions,
	chromiumPath,
	openPage,
	startBrowser,
	startWithExtension,
} from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** Origin of the extension, which follows from the key in its manifest. */
const extensionOrigin = "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim";
const inAYear = Math.floor(Date.now() / 1000) + 31_536_000;

/** Some forms in which a login is copied; packages/douyin/src/login/read-cookie.test.ts has all of them. */
const forms: [form: string, said: string, text: (session: string) => string][] = [
	["header", "Cookie 请求头", (session) => `Cookie: sessionid=${session}; ttwid=1%7Ca; s_v_web_id=verify_1`],
	[
		"cURL (bash)",
		"复制为 cURL 的请求",
		(session) =>
			`curl 'https://live.douyin.com/1001' \\\n  -H 'accept: text/html' \\\n  -b 'sessionid=${session}; ttwid=1%7Ca'`,
	],
	[
		"extension JSON",
		"cookie 扩展的 JSON",
		(session) =>
			JSON.stringify([
				{ domain: ".douyin.com", name: "sessionid", value: session, expirationDate: inAYear },
				{ domain: ".example.com", name: "sessionid", value: "another" },
			]),
	],
	[
		"cookies.txt",
		"cookies.txt",
		(session) =>
			`# Netscape HTTP Cookie File\n#HttpOnly_.douyin.com\tTRUE\t/\tTRUE\t${inAYear}\tsessionid\t${session}\n.douyin.com\tTRUE\t/\tTRUE\t0\tttwid\t1%7Ca`,
	],
];

describe.skipIf(chromiumPath === undefined)("the login wizard", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 2, rate: 8, seed: 7, port: 0 });
		service = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			// A visitor's cookie instead of the login that other tests use.
			config: { cookie: "ttwid=1%7Cvisitor" },
		});
		await service.startRoom("1001");
		await service.startRoom("1002");
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	async function paste(page: Page, text: string): Promise<ReturnType<Page["getByRole"]>> {
		const dialog = page.getByRole("dialog", { name: "登录后接收礼物" });
		await dialog.getByRole("button", { name: "下一步" }).click();
		await dialog.getByLabel("粘贴复制的内容").fill(text);
		return dialog;
	}

	test("is linked from the doctor's answer about a visitor", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/doctor?room=1001`);
		const panel = page.getByRole("region", { name: "检查直播间" });
		await panel.getByRole("button", { name: "开始检查" }).click();
		await panel.getByRole("button", { name: "登录后接收礼物" }).click();
		await page.getByRole("dialog", { name: "登录后接收礼物" }).getByText("按 F12").waitFor();
		await page.keyboard.press("Escape");
		await page.getByRole("dialog").waitFor({ state: "detached" });
		expect(complaints).toEqual([]);
	});

	test.each([
		[1440, forms],
		[390, forms.slice(0, 1)],
	])("checks each form and applies it everywhere, at %i px", async (width, tried) => {
		const { page, complaints, foreign } = await openPage(browser, `${service.url}/rooms/1001`, { width });
		for (const [i, [form, said, textOf]] of tried.entries()) {
			const session = `hush${width}x${i}`;
			const looksForFaults = i === 0 && width === 390;
			// Once logged in, the room's page has no reason to ask for a login.
			if (i === 0) await service.request("DELETE", "/api/v1/identities/default");
			else await page.goto(`${service.url}/settings#identities`);
			await page.getByRole("button", { name: "登录后接收礼物" }).click();
			if (looksForFaults) expect(await axeFaults(page)).toEqual([]);
			const dialog = await paste(page, textOf(session));
			await dialog.getByText(`识别为：${said}`, { exact: true }).waitFor();
			await dialog.getByText("已登录", { exact: true }).waitFor();
			const dated = form === "extension JSON" || form === "cookies.txt";
			await dialog.getByText(dated ? "到期" : "没有写明什么时候到期").waitFor();
			expect(await dialog.getByText("缺少 s_v_web_id").count()).toBe(form === "header" ? 0 : 1);
			await dialog.getByRole("button", { name: "测试" }).click();
			await dialog.getByText("测试通过").waitFor();
			if (looksForFaults) expect(await axeFaults(page)).toEqual([]);
			// Nothing is stored before the user applies it.
			const { body } = await service.request("GET", "/api/v1/identities");
			expect((body as { count: number }).count).toBe(i === 0 ? 0 : 1);
			await dialog.getByRole("button", { name: "下一步" }).click();
			await dialog.getByLabel("所有直播间，包括以后添加的").check();
			if (looksForFaults) expect(await axeFaults(page)).toEqual([]);
			await dialog.getByRole("button", { name: "开始使用" }).click();
			await dialog.getByText("正在接收礼物 ✓").waitFor();
			await until("both rooms use it", () => simulator.identities.info(session).rooms === 2);
			if (looksForFaults) expect(await axeFaults(page)).toEqual([]);
			expect(await page.content()).not.toContain(session);
			await dialog.getByRole("button", { name: "关闭" }).click();
		}
		await page.goto(`${service.url}/settings#identities`);
		const identity = page.getByRole("region", { name: "账号" }).getByRole("listitem").filter({ hasText: "default" });
		await identity.getByTitle("1001").waitFor();
		await identity.getByTitle("1002").waitFor();
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});

	test("updates the room's page and keeps the earlier loss", async () => {
		await service.request("PUT", "/api/v1/identities/default", { cookie: "ttwid=1%7Cvisitor" });
		const coverage = async () => {
			const { body } = await service.request("GET", "/api/v1/rooms/1001");
			return (body as { room: { gift_coverage: { verdict: string } } }).room.gift_coverage;
		};
		await until("the visitor is known to get no gifts", async () => (await coverage()).verdict === "none");
		const { page, complaints } = await openPage(browser, `${service.url}/rooms/1001`);
		await page.getByRole("button", { name: "登录后接收礼物" }).click();
		const dialog = await paste(page, "sessionid=hushanswer; s_v_web_id=v");
		await dialog.getByText("识别为").waitFor();
		await dialog.getByRole("button", { name: "下一步" }).click();
		await dialog.getByLabel("所有直播间，包括以后添加的").check();
		await dialog.getByRole("button", { name: "开始使用" }).click();
		await dialog.getByText("登录后收到 100% 的礼物").first().waitFor({ timeout: 120_000 });
		await dialog.getByRole("button", { name: "关闭" }).click();
		const answer = page.locator("#gift-coverage");
		await answer.getByText("礼物全部收到").waitFor();
		await answer.getByText(/登录前约有 [\d,]+ 抖币的礼物没收到。/).waitFor();
		expect((await coverage()).verdict).toBe("all");
		expect(complaints).toEqual([]);
	});

	test.skipIf(!canLoadExtensions)("receives a login from the extension through a code", async () => {
		await service.request("PUT", "/api/v1/identities/default", { cookie: "ttwid=1%7Cvisitor" });
		for (const id of ["1001", "1002"]) await service.request("PATCH", `/api/v1/rooms/${id}`, { identity: null });
		const folder = fileURLToPath(new URL("../../extension", import.meta.url));
		const context = await startWithExtension(folder, "zh-CN");
		try {
			const foreign: string[] = [];
			// Requests to all other hosts are blocked, so nothing is sent to the site.
			await context.route(/./, (route) => {
				const { hostname, protocol } = new URL(route.request().url());
				if (hostname === "127.0.0.1" || protocol === "chrome-extension:") return route.continue();
				foreign.push(route.request().url());
				return route.abort();
			});
			const cookie = (name: string, value: string, domain = ".douyin.com") => ({ name, value, domain, path: "/" });
			const session = { ...cookie("sessionid", "hushextension"), expires: inAYear, httpOnly: true, secure: true };
			await context.addCookies([session, cookie("s_v_web_id", "verify_1", "live.douyin.com")]);
			await context.addCookies([
				cookie("sessionid", "another", ".example.com"),
				cookie("mail", "private", "www.douyin.com"),
			]);

			const page = await context.newPage();
			await page.goto(`${service.url}/settings`);
			await page.getByRole("button", { name: "登录后接收礼物" }).click();
			const dialog = page.getByRole("dialog", { name: "登录后接收礼物" });
			await dialog.getByLabel("浏览器扩展（Chrome、Edge）").check();
			await dialog.getByText("加载未打包的扩展程序").waitFor();
			expect(await axeFaults(page)).toEqual([]);
			await dialog.getByRole("button", { name: "下一步" }).click();
			const code = (await dialog.getByLabel("配对码", { exact: true }).textContent()) ?? "";
			expect(code).toMatch(/^\d{3} \d{3}$/);
			await dialog.getByText(`扩展里的地址应为 ${new URL(service.url).host}`).waitFor();
			expect(await axeFaults(page)).toEqual([]);

			const popup = await context.newPage();
			await popup.goto(`${extensionOrigin}/popup.html`);
			await popup.getByText("端口不同？").click();
			const hand = async (typed: string, address: string) => {
				await popup.getByLabel("livekeeper 网页的地址").fill(address);
				await popup.getByLabel("livekeeper 网页上显示的配对码").fill(typed);
				await popup.getByRole("button", { name: "发送登录信息" }).click();
			};
			const said = popup.getByRole("status");
			await hand(code, "live.example.com");
			await said.getByText("登录信息不会发往其他地方").waitFor();
			await hand(code, "127.0.0.1:1");
			await said.getByText("http://127.0.0.1:1 的 livekeeper 没有回应").waitFor();
			await hand(code, new URL(simulator.url).host);
			await said.getByText("不是 livekeeper，或版本太旧").waitFor();
			await hand(code === "000 000" ? "000 001" : "000 000", service.url);
			await said.getByText("配对码不正确，或已失效").waitFor();
			expect(await axeFaults(popup)).toEqual([]);
			// Digits as a Chinese keyboard types them.
			await hand(
				code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
				service.url,
			);
			await said.getByText("已发给 livekeeper").waitFor();
			await hand(code, service.url);
			await said.getByText("配对码不正确，或已失效").waitFor();

			await dialog.getByText("已收到浏览器的登录信息").waitFor();
			await dialog.getByText("到期").waitFor();
			expect(await dialog.getByText("缺少 s_v_web_id").count()).toBe(0);
			await dialog.getByRole("button", { name: "测试" }).click();
			await dialog.getByText("测试通过").waitFor();
			await dialog.getByRole("button", { name: "下一步" }).click();
			await dialog.getByLabel("所有直播间，包括以后添加的").check();
			await dialog.getByRole("button", { name: "开始使用" }).click();
			await dialog.getByText("正在接收礼物 ✓").waitFor();
			await until("both rooms use it", () => simulator.identities.info("hushextension").rooms === 2);
			expect(await page.content()).not.toContain("hushextension");
			expect(foreign).toEqual([]);
		} finally {
			await context.close();
		}
	});

	test("explains what is wrong with an invalid login", async () => {
		const { page, complaints } = await openPage(browser, `${service.url}/settings`);
		await page.getByRole("button", { name: "登录后接收礼物" }).click();
		const dialog = await paste(page, "");
		for (const [text, said] of [
			["my cookie", "没有 name=value 形式的 cookie"],
			["curl 'https://live.douyin.com/1001' -H 'accept: x'", "这条命令中没有 cookie"],
			["curl 'https://live.douyin.com/1001' -b 'sessionid=1", "命令不完整"],
			["curl 'https://www.example.com/' -b 'sessionid=1'", "其中没有 douyin.com 的 cookie"],
			['[{"name": "sessionid", ', "像是 JSON"],
			["ttwid=1%7Ca", "没有登录：这样收不到礼物"],
		] as const) {
			await dialog.getByLabel("粘贴复制的内容").fill(text);
			await dialog.getByText(said).waitFor();
			expect(await dialog.getByRole("button", { name: "下一步" }).isDisabled()).toBe(true);
		}
		expect(complaints.filter((line) => !line.startsWith("400 "))).toEqual([]);
	});

	test.each([390])("sets and resets one room's login, at %i px", async (width) => {
		await service.request("PUT", "/api/v1/identities/default", { cookie: "sessionid=forall" });
		await service.request("PATCH", "/api/v1/rooms/1002", { identity: null });
		const { page, complaints } = await openPage(browser, `${service.url}/settings`, { width });
		await page.getByRole("button", { name: "登录后接收礼物" }).click();
		const dialog = await paste(page, `sessionid=alone${width}; s_v_web_id=v`);
		await dialog.getByText("识别为").waitFor();
		await dialog.getByRole("button", { name: "下一步" }).click();
		await dialog.getByLabel("只给选中的直播间").check();
		await dialog.getByRole("checkbox").last().check();
		await dialog.getByLabel("给这个账号起个名字").fill("second");
		await dialog.getByRole("button", { name: "开始使用" }).click();
		await dialog.getByText("正在接收礼物 ✓").waitFor();
		await dialog.getByRole("button", { name: "关闭" }).click();
		await until("one room uses it", () => simulator.identities.info(`alone${width}`).rooms === 1);

		await page.goto(`${service.url}/rooms/1002`);
		await page.getByRole("button", { name: "设置", exact: true }).click();
		const options = page.getByRole("dialog");
		const identity = options.getByRole("combobox", { name: /^账号/ });
		await until("the identity is shown", async () => (await identity.inputValue()) === "second");
		expect(await axeFaults(page)).toEqual([]);
		await identity.selectOption({ label: "与其他直播间相同（账号“default”）" });
		await options.getByLabel("同时保存抖音的原始数据").check();
		await options.getByLabel("置顶").check();
		await options.getByRole("button", { name: "保存" }).click();
		await options.waitFor({ state: "detached" });
		const { body } = await service.request("GET", "/api/v1/rooms/1002/options");
		expect((body as { options: object }).options).toMatchObject({
			identity: null,
			raw: true,
			pinned: true,
			redundancy: 1,
		});
		const room = await service.request("GET", "/api/v1/rooms/1002");
		expect((room.body as { room: { identity_name: string } }).room.identity_name).toBe("default");
		expect(complaints).toEqual([]);
	});
});

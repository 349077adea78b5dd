import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClusterNode } from "../cluster/nodes.ts";
import { hasNats, type StartedNodes, startNodes } from "../cluster/start-nodes.ts";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

/** Each theme, language and width once. */
const looks = [
	["light", "zh-CN", 1440],
	["dark", "en-US", 360],
] as const;

/** Checks accessibility, and that nothing overflows sideways. */
async function expectOpenToAll(page: Page): Promise<void> {
	expect(await axeFaults(page)).toEqual([]);
	expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
	expect(await page.evaluate("content.scrollWidth <= content.clientWidth")).toBe(true);
}

const title = `the page of the nodes${hasNats ? "" : " (skipped: no nats-server)"}`;
describe.skipIf(chromiumPath === undefined || !hasNats)(title, () => {
	let browser: Browser;
	let cluster: StartedNodes | undefined;
	let simulator: Simulator;
	let a: ClusterNode;
	let b: ClusterNode;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 9, rate: 1, seed: 3, port: 0 });
		cluster = await startNodes(simulator, { a: 1, b: 2 });
		[a, b] = cluster.nodes as [ClusterNode, ClusterNode];
		for (const { liveId } of simulator.rooms) await a.service.startRoom(liveId);
		await untilBoth();
	}

	/** Waits until every room is connected, and each node keeps some. */
	async function untilBoth(): Promise<void> {
		let rooms: Awaited<ReturnType<ClusterNode["rooms"]>> = [];
		await until(
			"both nodes keep rooms",
			async () => {
				rooms = await a.rooms();
				const keeping = new Set(rooms.map(({ node }) => node));
				return keeping.size === 2 && rooms.every(({ state }) => state === "connected");
			},
			{ describe: () => rooms },
		);
	}

	async function end(): Promise<void> {
		await browser?.close();
		await cluster?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	test("lists each node with a link to its rooms", async () => {
		const { page, complaints, foreign } = await openPage(browser, a.service.url);
		await page.getByRole("columnheader", { name: "节点" }).waitFor();
		await page.getByRole("link", { name: "节点", exact: true }).click();
		await page.waitForURL("**/nodes");
		const lineOf = (node: string) => page.getByRole("row").filter({ has: page.getByText(node, { exact: true }) });
		await lineOf("a").getByText("当前节点").waitFor();
		expect(await lineOf("b").getByText("当前节点").count()).toBe(0);
		await lineOf("a").getByText("33% ≈ 3").waitFor();
		await lineOf("b").getByText("67% ≈ 6").waitFor();
		expect(await page.getByText("运行中", { exact: true }).count()).toBe(2);
		await until("no node is in trouble", async () => (await page.locator("[data-trouble]").count()) === 0);

		const ofB = (await a.rooms()).filter(({ node }) => node === "b").length;
		await lineOf("b")
			.getByRole("link", { name: `节点 b 的 ${ofB} 个直播间` })
			.press("Enter");
		await page.waitForURL("**/?node=b");
		const rows = page
			.getByRole("table", { name: "直播间" })
			.getByRole("row")
			.filter({ has: page.getByRole("checkbox") });
		await until("only b's rooms are listed", async () => (await rows.count()) === ofB);
		expect(await rows.getByText("b", { exact: true }).count()).toBe(ofB);
		await page.getByRole("combobox", { name: "节点" }).selectOption("");
		await until("all rooms are listed", async () => (await rows.count()) === simulator.rooms.length);
		expect(new URL(page.url()).search).toBe("");
		expect(complaints).toEqual([]);
		expect(foreign).toEqual([]);
	});

	test.each(looks)("is accessible in %s, %s, %i px", async (theme, locale, width) => {
		const { page, complaints } = await openPage(browser, "about:blank", { theme, locale, width });
		for (const path of ["/nodes", "/?node=b"]) {
			await page.goto(`${a.service.url}${path}`);
			await page
				.getByText(/^(节点 )?(b|Node b)$/)
				.first()
				.waitFor({ state: "attached" });
			await expectOpenToAll(page);
		}
		expect(complaints).toEqual([]);
	});

	test("says which node runs which version", async () => {
		const { page, complaints } = await openPage(browser, "about:blank", { locale: "en-US", width: 360 });
		// There is only one version to run, so b's is changed on its way to the page.
		await page.route("**/api/v1/nodes", async (route) => {
			const response = await route.fetch();
			const answer = (await response.json()) as { nodes: { node: string; version: string }[] };
			for (const one of answer.nodes) one.version = one.node === "b" ? "9.9.9" : "1.2.3";
			await route.fulfill({ response, json: answer });
		});
		await page.goto(`${a.service.url}/nodes`);
		const trouble = page.locator('[data-trouble="versions"]');
		await trouble.getByText("The nodes run different versions: 1.2.3 (a); 9.9.9 (b).").waitFor();
		await trouble.getByText("normal during a rolling upgrade").waitFor();
		await expectOpenToAll(page);
		expect(complaints).toEqual([]);
	});

	test("shows trouble and advice: NATS away, draining, one left", async () => {
		const { page, complaints } = await openPage(browser, `${a.service.url}/nodes`, { locale: "en-US" });
		const trouble = (name: string) => page.locator(`[data-trouble="${name}"]`);
		await page.getByText("Running", { exact: true }).first().waitFor();
		const unblock = a.nats.map((proxy) => proxy.block());
		await trouble("unheard")
			.getByText(/NATS has not heard from node a for \d+ s/)
			.waitFor();
		await trouble("unheard").getByText("Check the NATS servers").waitFor();
		await page.getByText("Cut off from NATS", { exact: true }).waitFor();
		await page.getByText("Messages can't be saved", { exact: true }).first().waitFor();
		await page.getByText("Unknown", { exact: true }).waitFor();
		for (const open of unblock) open();
		await trouble("unheard").waitFor({ state: "detached" });
		await untilBoth();

		// A node that takes over a room has to connect first; until then the former one drains.
		simulator.setFault({ fault: "slow_handshake", ms: 8_000 });
		const ended = b.service.stop();
		await trouble("draining")
			.getByText(/Node b is about to stop/)
			.waitFor();
		await page.getByText("Draining", { exact: true }).waitFor();
		await page.getByText("0% ≈ 0").waitFor();
		simulator.clearFaults();
		expect((await ended).code).toBe(0);
		await trouble("draining").waitFor({ state: "detached" });
		await page.getByText("100% ≈ 9").waitFor();
		await page.getByRole("link", { name: "9 rooms on node a" }).waitFor();
		await page.getByRole("link", { name: "Rooms" }).first().click();
		await page.getByRole("columnheader", { name: "Quality" }).waitFor();
		await page.getByRole("columnheader", { name: "Node" }).waitFor({ state: "detached" });
		expect(complaints).toEqual([]);
	});
});

describe.skipIf(chromiumPath === undefined)("the page of the nodes outside a cluster", () => {
	let browser: Browser;
	let service: ServiceProcess;

	beforeAll(async () => {
		browser = await startBrowser();
		service = await ServiceProcess.start({ upstreamUrl: "http://127.0.0.1:9" });
	});

	afterAll(async () => {
		await browser?.close();
		await service?.close();
	});

	test.each(looks)("is hidden, and explains why, in %s, %s, %i px", async (theme, locale, width) => {
		const { page, complaints } = await openPage(browser, `${service.url}/nodes`, { theme, locale, width });
		await page.getByRole("heading", { level: 2, name: /^(本服务单独运行|This service runs on its own)$/ }).waitFor();
		await page.getByText(/使用手册的“集群”一章|“Cluster” chapter of the manual/).waitFor();
		const nav = page.getByRole("navigation").getByRole("link");
		expect(await nav.filter({ hasText: /^(连接|Connections)$/ }).count()).toBe(1);
		expect(await nav.filter({ hasText: /^(节点|Nodes)$/ }).count()).toBe(0);
		await expectOpenToAll(page);
		expect(complaints).toEqual([]);
		await page.context().close();
	});
});

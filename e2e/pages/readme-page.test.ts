import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

/** Returns the web page in a README. */
const pageOf = (file: string) => /```html\n([\s\S]*?)```/.exec(readFileSync(file, "utf8"))?.[1] ?? "";

describe.skipIf(chromiumPath === undefined)("the web page of the README", () => {
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;
	/** Stands in for another web server. */
	let server: Server;
	let origin: string;
	let html: string;

	beforeAll(async () => {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 20, seed: 7, port: 0 });
		server = createServer((_, response) => {
			response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});

	afterEach(() => service?.close());

	afterAll(async () => {
		await browser?.close();
		await simulator?.close();
		server?.close();
	});

	test("is equal in both languages except for comments", () => {
		const code = (file: string) => pageOf(file).replaceAll(/\s*\/\/ .*$/gm, "");
		expect(code("README.md")).toContain("socket.on(");
		expect(code("README.zh-CN.md")).toBe(code("README.md"));
	});

	test("is refused, and the log names the origin to add", async () => {
		service = await ServiceProcess.start({ upstreamUrl: simulator.url });
		await service.startRoom("1001");
		html = pageOf("README.md").replaceAll("http://127.0.0.1:7001", service.url);
		const page = await browser.newPage();
		const complaints: string[] = [];
		page.on("console", (message) => complaints.push(message.text()));
		await page.goto(origin);
		await until("the browser logs the reason", () => complaints.some((text) => text.includes(origin)));
		await until("the service logs it", () =>
			service.lines.some(
				({ event, msg }) => event === "origin_refused" && msg.includes(origin) && msg.includes("cors_origins"),
			),
		);
		expect(await page.locator("pre").textContent()).toBe("");
		await page.close();
	});

	test("resumes after a cut once its origin is in cors_origins", async () => {
		service = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { cors_origins: origin } });
		await service.startRoom("1001");
		html = pageOf("README.md").replaceAll("http://127.0.0.1:7001", service.url);
		const page = await browser.newPage();
		await page.goto(origin);
		const lines = async () => ((await page.locator("pre").textContent()) ?? "").split("\n");
		await until("there is chat", async () => (await lines()).some((line) => line.startsWith("chat ")));
		const before = (await lines()).length;
		await service.restart("SIGKILL");
		await until("the page continues", async () => (await lines()).length > before + 5);
		expect((await lines()).filter((line) => line.includes("broadcast_started"))).toHaveLength(1);
		await page.close();
	});
});

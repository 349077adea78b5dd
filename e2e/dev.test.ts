import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { until } from "./kit/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

let dev: ChildProcess;
let output = "";
let page = "";

const listening = () => [...output.matchAll(/正在监听 (http:\/\/127\.0\.0\.1:\d+)/g)].map(([, url = ""]) => url);

/** Asks the page's server, as the page does, which proxies the service's requests. */
async function untilDemoRooms(): Promise<void> {
	await until("the demo's rooms are there", async () => {
		const response = await fetch(`${page}api/v1/rooms`, { headers: { origin: new URL(page).origin } });
		const { rooms } = (await response.json()) as { rooms?: { live_id: string }[] };
		return String(rooms?.map(({ live_id }) => live_id)) === "1001,1002,1003";
	});
}

beforeAll(async () => {
	const port = String(await freePort());
	const args = ["scripts/dev.mjs", "--demo", "--log-format", "json", "--port", port, "--page-port", "0"];
	const { FORCE_COLOR: _, ...env } = process.env;
	dev = spawn(process.execPath, args, { cwd: root, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
	for (const stream of [dev.stdout, dev.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk));
	page = await until("the page is served", () => /Local: .*?(http:\/\/127\.0\.0\.1:\d+\/)/.exec(output)?.[1], {
		limitMs: 180_000,
		describe: () => output,
	});
	await until("the service listens", () => listening().length === 1, { limitMs: 180_000, describe: () => output });
});

/** After a failed test, this ends everything that it started, which SIGKILL would not. */
afterAll(async () => {
	if (dev.exitCode === null && dev.kill()) await once(dev, "exit");
});

test("serves page and overlays from sources, with the service", async () => {
	expect(await (await fetch(`${page}rooms/1001`)).text()).toContain("/src/main.ts");
	expect(await (await fetch(`${page}overlay/1001`)).text()).toContain("/src/overlay/main.ts");
	expect((await fetch(`${page}src/main.ts`)).status).toBe(200);
	await untilDemoRooms();
});

test("restarts the service when a worker thread's file changes", async () => {
	const before = listening().length;
	const now = new Date();
	utimesSync(`${root}packages/log/src/event-log/sqlite/writer.ts`, now, now);
	await until("the service listens again", () => listening().length > before, { describe: () => output });
	expect(new Set(listening()).size).toBe(1);
	await untilDemoRooms();
});

test("stops everything that it has started", async () => {
	const exited = dev.exitCode === null ? once(dev, "exit") : undefined;
	dev.kill("SIGINT");
	await exited;
	expect(dev.exitCode).toBe(0);
	await expect(fetch(page)).rejects.toThrow();
	await expect(fetch(listening()[0] ?? "")).rejects.toThrow();
});

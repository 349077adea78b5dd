import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../packages/livekeeper/src/free-port.helpers.ts";
import { until } from "./kit/until.ts";
import { type ConsoleRun, canCloseWindows, hasWine, Windows } from "./kit/wine.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const limitMs = 170_000;

interface ArchiveFile {
	path: string;
	content: Uint8Array;
}
const load = (name: string) => import(new URL(`../scripts/package/${name}`, import.meta.url).href);

/**
 * Returns the files that users get, as `npm run package` assembles them; `undefined` if Node for Windows can't be
 * fetched. The script's own test checks, with less to pack, that an archive returns what was packed.
 */
async function contentsOfArchive(): Promise<{ node: string; files: ArchiveFile[] } | undefined> {
	const { targets } = (await load("targets.mjs")) as { targets: Record<string, { node: string }> };
	const { contentsOf } = (await load("contents.mjs")) as { contentsOf(of: unknown): Promise<{ files: ArchiveFile[] }> };
	const target = targets["win-x64"];
	try {
		return { node: target?.node ?? "", files: (await contentsOf(target)).files };
	} catch (error) {
		if (/could not be fetched/.test(String(error))) return undefined;
		throw error;
	}
}

interface Stored {
	seq: number;
	id: string;
	type: string;
}

describe.skipIf(!hasWine)("the archive for Windows, under Wine (skipped without it)", () => {
	let windows: Windows;
	let simulator: Simulator;
	let archive: Awaited<ReturnType<typeof contentsOfArchive>>;
	/** The unpacked archive; its path has spaces and Chinese characters. */
	let folder: string;
	let url: string;
	let env: NodeJS.ProcessEnv;
	/** The running service, if any. */
	let running: ConsoleRun | undefined;

	beforeAll(async () => {
		const starting = Windows.start();
		simulator = await startSimulator({ port: 0, rooms: 3, rate: 20, seed: 1 });
		archive = await contentsOfArchive();
		windows = await starting;
		folder = join(windows.folder, "我的 直播", "livekeeper");
		for (const { path, content } of archive?.files ?? []) {
			const to = join(dirname(folder), path);
			mkdirSync(dirname(to), { recursive: true });
			writeFileSync(to, content);
		}
		const port = await freePort();
		url = `http://127.0.0.1:${port}`;
		env = {
			LIVEKEEPER_PORT: String(port),
			LIVEKEEPER_UPSTREAM_URL: simulator.url,
			LIVEKEEPER_STARTS_PER_SECOND: "200",
		};
	});

	afterAll(async () => {
		await windows?.close();
		await simulator?.close();
	});

	const ask = async <Reply>(path: string, init?: RequestInit): Promise<Reply | undefined> => {
		const response = await fetch(`${url}${path}`, init).catch(() => undefined);
		return response?.ok ? ((await response.json()) as Reply) : undefined;
	};
	const chats = async () => (await ask<{ events: Stored[] }>("/api/v1/rooms/1001/events?types=chat"))?.events ?? [];
	const listens = async (run: ConsoleRun) => {
		const answers = () => ask("/health/ready");
		await until("the service is ready", answers, { limitMs, describe: () => run.output });
	};

	test("is small, with one SQLite library and no source", ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const { node = "", files = [] } = archive ?? {};
		const app = files.filter(({ path }) => !path.endsWith("/node.exe")).map(({ content }) => content);
		// npm compresses Node itself as well as the archive does.
		const packedNode = statSync(join(root, ".tmp/nodes", `${node.replace("@", "-")}.tgz`)).size;
		expect(packedNode + gzipSync(Buffer.concat(app)).length).toBeLessThan(60e6);
		expect(files.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThan(150e6);
		const names = readdirSync(folder, { recursive: true }).map(String);
		expect(names.filter((name) => name.endsWith(".node"))).toEqual([
			"app/node_modules/better-sqlite3/prebuilds/win32-x64.node",
		]);
		expect(names.filter((name) => /\.(c|cc|cpp|h|hpp|gyp|map)$|@duckdb/.test(name))).toEqual([]);
	});

	test("starts, stops cleanly on Ctrl-C, and keeps its data", async ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const first = windows.run("livekeeper.cmd", folder, env);
		await listens(first);
		await until("the page is opened", () => windows.shown.length === 1, { limitMs, describe: () => first.output });
		expect(windows.shown).toEqual([`${url}/`]);
		const page = await fetch(`${url}/`);
		expect(await page.text()).toContain('<div id="app">');
		const body = JSON.stringify({ live_id: "1001" });
		await ask("/api/live/start", { method: "POST", headers: { "content-type": "application/json" }, body });
		await until("messages arrive", async () => (await chats()).length >= 5, { limitMs, describe: () => first.output });

		const again = windows.run("livekeeper.cmd", folder, env);
		expect(await again.exited, again.output).toBe(0);
		expect(again.output).toContain("livekeeper is already running");
		await until("the page is opened again", () => windows.shown.length === 2, { limitMs });
		expect(windows.shown).toEqual([`${url}/`, `${url}/`]);

		// A clean stop removes the file with its address.
		const address = join(folder, "data", "livekeeper.address");
		const before = await chats();
		expect(existsSync(address)).toBe(true);
		windows.interrupt("livekeeper.js");
		expect(await first.exited, first.output).toBe(0);
		expect(first.output).toContain("livekeeper 已停止");
		expect(existsSync(address)).toBe(false);

		const second = windows.run("livekeeper.cmd", folder, env);
		await listens(second);
		expect((await chats()).slice(0, before.length)).toEqual(before);
		const hasMore = async () => (await chats()).length > before.length;
		await until("the room is kept as before", hasMore, { limitMs, describe: () => second.output });
		running = second;
	});

	test.skipIf(!canCloseWindows)("stops cleanly when its window closes (skipped without MinGW)", async ({ skip }) => {
		if (!running) return skip("no service runs");
		await windows.closeWindow("node.exe");
		expect(await running.exited, running.output).toBe(0);
		expect(running.output).toContain("livekeeper 已停止");
		expect(existsSync(join(folder, "data", "livekeeper.address"))).toBe(false);
	});

	test("installs, builds and serves by npm start", async ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const clone = join(windows.folder, "我的 直播", "clone");
		const write = (path: string, text: string) => {
			mkdirSync(dirname(join(clone, path)), { recursive: true });
			writeFileSync(join(clone, path), text);
		};
		for (const name of ["start.mjs", "ensure.mjs", "npm-programs.mjs"]) {
			write(`scripts/${name}`, readFileSync(join(root, "scripts", name), "utf8"));
		}
		// Stand-ins print their arguments instead of running for minutes.
		const saying = (name: string) =>
			`require("node:fs").appendFileSync(${JSON.stringify(name)}, JSON.stringify(process.argv.slice(2)) + "\\n");`;
		write("package-lock.json", "{}");
		write("npm.cmd", '@"%~dp0..\\livekeeper\\app\\node.exe" "%~dp0npm.cjs" %*\r\n');
		write("npm.cjs", saying("npm.txt"));
		write("node_modules/typescript/bin/tsc", saying("built.txt"));
		write("node_modules/vite/bin/vite.js", saying("built.txt"));
		write("scripts/bundle.mjs", `const require = process.getBuiltinModule; ${saying("built.txt")}`);
		for (const name of ["douyin", "simulator", "client", "livekeeper"]) write(`packages/${name}/dist/index.js`, "");
		for (const path of ["dashboard/dist/index.html", "client/src/index.ts", "douyin/src/reconnect/retry-after.ts"]) {
			write(`packages/${path}`, "");
		}
		const args = ["pack", "C:\\我的 直播\\", 'a "b" & c', "x=1"];
		write(
			"packages/livekeeper/bin/livekeeper.js",
			`import { appendFileSync } from "node:fs";
			import { runNpm } from "../../../scripts/ensure.mjs";
			appendFileSync("served.txt", JSON.stringify(process.argv.slice(2)));
			await runNpm(${JSON.stringify(args)});`,
		);
		write("packages/livekeeper/package.json", '{ "type": "module" }');
		const run = windows.run("..\\livekeeper\\app\\node.exe scripts\\start.mjs --port 0", clone);
		expect(await run.exited, run.output).toBe(0);
		const said = (name: string) =>
			readFileSync(join(clone, name), "utf8")
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line) as string[]);
		const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
		expect(said("npm.txt")).toEqual([
			["ci", ...quiet, "--no-progress"],
			[...args, ...quiet],
		]);
		expect(said("built.txt").map(([first]) => first)).toEqual(["-b", "douyin", "build"]);
		expect(said("served.txt")).toEqual([["serve", "--port", "0"]]);
	});
});

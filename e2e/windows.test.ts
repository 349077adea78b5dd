import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { type ArchiveFile, unpacked } from "../packages/livekeeper/src/updates/archives.helpers.ts";
import { until } from "./kit/until.ts";
import { ServiceProbe } from "./kit/updates.ts";
import { contentsOfArchive, target } from "./kit/windows-archive.ts";
import { type ConsoleRun, canCloseWindows, hasWine, Windows } from "./kit/wine.ts";
import { runSeeds, seedHashes, worldArgs, worldOptions } from "./kit/world-seeds.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const limitMs = 170_000;

describe.skipIf(!hasWine)("the archive for Windows, under Wine (skipped without it)", () => {
	let windows: Windows;
	let simulator: Simulator;
	/** `undefined` if Node for Windows can't be fetched. */
	let archive: ArchiveFile[] | undefined;
	/** The unpacked archive; its path has spaces and Chinese characters. */
	let folder: string;
	let probe: ServiceProbe;
	let env: NodeJS.ProcessEnv;
	/** The running service, if any. */
	let running: ConsoleRun | undefined;

	beforeAll(async () => {
		const starting = Windows.start();
		simulator = await startSimulator({ port: 0, rooms: 3, rate: 20, seed: 1 });
		archive = await contentsOfArchive();
		windows = await starting;
		folder = join(windows.folder, "我的 直播", "livekeeper");
		unpacked(archive ?? [], dirname(folder));
		const port = await freePort();
		probe = new ServiceProbe(port);
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

	const listens = (run: ConsoleRun) =>
		until("the service is ready", () => probe.isReady(), { limitMs, describe: () => run.output });

	test("is small, with one SQLite library and no source", ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const files = archive ?? [];
		const app = files.filter(({ path }) => !path.endsWith("/node.exe")).map(({ content }) => content);
		// npm compresses Node itself as well as the archive does.
		const packedNode = statSync(join(root, ".tmp/nodes", `${target.node.replace("@", "-")}.tgz`)).size;
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
		expect(windows.shown).toEqual([`${probe.url}/`]);
		const page = await fetch(`${probe.url}/`);
		expect(await page.text()).toContain('<div id="app">');
		await probe.startRoom("1001");
		await until("messages arrive", async () => (await probe.chats()).length >= 5, {
			limitMs,
			describe: () => first.output,
		});

		const again = windows.run("livekeeper.cmd", folder, env);
		expect(await again.exited, again.output).toBe(0);
		expect(again.output).toContain("livekeeper is already running");
		await until("the page is opened again", () => windows.shown.length === 2, { limitMs });
		expect(windows.shown).toEqual([`${probe.url}/`, `${probe.url}/`]);

		// A clean stop removes the file with its address.
		const address = join(folder, "data", "livekeeper.address");
		const before = await probe.chats();
		expect(existsSync(address)).toBe(true);
		windows.interrupt("livekeeper.js");
		expect(await first.exited, first.output).toBe(0);
		expect(first.output).toContain("livekeeper 已停止");
		expect(existsSync(address)).toBe(false);

		const second = windows.run("livekeeper.cmd", folder, env);
		await listens(second);
		expect((await probe.chats()).slice(0, before.length)).toEqual(before);
		const hasMore = async () => (await probe.chats()).length > before.length;
		await until("the room is kept as before", hasMore, { limitMs, describe: () => second.output });
		running = second;
	});

	/** Runs a line of a batch file: `run` would escape a backslash before a quote, as no user does. */
	const runLine = (line: string) => {
		writeFileSync(join(folder, "line.cmd"), `@${line}\r\n`);
		return windows.run("line.cmd", folder, env);
	};

	test("reads a folder with a backslash before the closing quote", async ({ skip }) => {
		if (!running) return skip("no service runs");
		const last = runLine('livekeeper.cmd beside --once ".\\data\\"');
		expect(await last.exited, last.output).toBe(0);
		const first = runLine('livekeeper.cmd beside ".\\data\\" --once');
		expect(await first.exited, first.output).toBe(1);
		expect(first.words).toContain('Write ".\\data", without a \\ before the closing quote.');
	});

	test.skipIf(!canCloseWindows)("stops cleanly when its window closes (skipped without MinGW)", async ({ skip }) => {
		if (!running) return skip("no service runs");
		await windows.closeWindow("node.exe");
		expect(await running.exited, running.output).toBe(0);
		expect(running.output).toContain("livekeeper 已停止");
		expect(existsSync(join(folder, "data", "livekeeper.address"))).toBe(false);
	});

	test("runs by the command line of its scheduled task", async ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		windows.interrupt("livekeeper.js");
		await running?.exited;
		const shown = windows.run("livekeeper.cmd service install --dry-run > task.txt", folder, env);
		expect(await shown.exited, shown.output).toBe(0);
		const task = readFileSync(join(folder, "task.txt"), "utf8");
		const element = (name: string) => {
			const [, value = ""] = new RegExp(`<${name}>(.*)</${name}>`).exec(task) ?? [];
			return value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
		};
		// Wine's conhost starts no program.
		const [, program, rest] = /^--headless (\S+) (.*)$/.exec(element("Arguments")) ?? [];
		const options = { cwd: element("WorkingDirectory"), stdio: "inherit", windowsVerbatimArguments: true };
		const script = `require("node:child_process").spawn(${JSON.stringify(program)}, [${JSON.stringify(rest)}], ${JSON.stringify(options)})
			.once("exit", (code) => process.exit(code));`;
		writeFileSync(join(folder, "scheduler.cjs"), script);
		const scheduled = windows.run("app\\node.exe scheduler.cjs", folder, env);
		await listens(scheduled);
		expect(await probe.chats()).not.toEqual([]);
		windows.interrupt("livekeeper.js serve");
		expect(await scheduled.exited, scheduled.output).toBe(0);
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
		for (const name of ["douyin", "simulator", "client", "base", "log", "engine", "targets", "livekeeper"])
			write(`packages/${name}/dist/index.js`, "");
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

	test("repeats a simulated world's seeds", async ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const here = runSeeds(root, { workers: 1, env: {} });
		const own = readdirSync(join(root, "packages"));
		// Wine follows symbolic links, but doesn't name where they lead.
		writeFileSync(
			join(windows.folder, "links.mjs"),
			`import { registerHooks } from "node:module";
			registerHooks({
				resolve(specifier, context, next) {
					const found = next(specifier, context);
					const url = found.url.replace(/\\/node_modules\\/(?:@livekeeper\\/)?(${own.join("|")})\\/(?=src\\/)/, "/packages/$1/");
					return { ...found, url };
				},
			});`,
		);
		const main = windows.pathOf(join(root, "e2e/world/main.ts"));
		const line = ["@app\\node.exe", `"${main}"`, ...worldArgs, "--workers", "1"].join(" ");
		writeFileSync(join(folder, "world.cmd"), `${line}\r\n`);
		const links = `--import=file:///Z:${join(windows.folder, "links.mjs")}`;
		const run = windows.run("world.cmd", folder, { NODE_OPTIONS: `${links} ${worldOptions}` });
		expect(await run.exited, run.output).toBe(0);
		expect(seedHashes(run.words)).toEqual(await here);
		expect(await here).toHaveLength(3);
	});
});

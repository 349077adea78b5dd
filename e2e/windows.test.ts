import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "./kit/free-port.ts";
import { until } from "./kit/until.ts";
import { type ConsoleRun, hasWine, Windows } from "./kit/wine.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const limitMs = 170_000;

interface Target {
	archive: string;
}
interface ArchiveFile {
	path: string;
	content: Uint8Array;
}
const load = (name: string) => import(new URL(`../scripts/package/${name}`, import.meta.url).href);

/** The archive that people get, as `npm run package` makes it; `undefined` where Node for Windows can't be fetched. */
async function makeArchive(): Promise<Uint8Array | undefined> {
	const { targets } = (await load("targets.mjs")) as { targets: Record<string, Target> };
	const { contentsOf } = (await load("contents.mjs")) as { contentsOf(of: unknown): Promise<{ files: ArchiveFile[] }> };
	const { packed } = (await load("archive.mjs")) as {
		packed(files: ArchiveFile[], kind: string | undefined): Promise<Uint8Array>;
	};
	const target = targets["win-x64"];
	try {
		const { files } = await contentsOf(target);
		return await packed(files, target?.archive);
	} catch (error) {
		if (/could not be fetched/.test(String(error))) return undefined;
		throw error;
	}
}

/** @returns its size once unpacked, bytes */
async function unpack(archive: Uint8Array, folder: string): Promise<number> {
	const reader = new ZipReader(new Uint8ArrayReader(archive));
	let size = 0;
	for (const entry of await reader.getEntries()) {
		if (entry.directory) continue;
		const path = join(folder, entry.filename);
		mkdirSync(dirname(path), { recursive: true });
		const content = await entry.getData(new Uint8ArrayWriter());
		writeFileSync(path, content);
		size += content.length;
	}
	await reader.close();
	return size;
}

interface Stored {
	seq: number;
	id: string;
	type: string;
}

describe.skipIf(!hasWine)("the archive for Windows, under Wine (skipped without it)", () => {
	let windows: Windows;
	let simulator: Simulator;
	let archive: Uint8Array | undefined;
	let unpackedBytes = 0;
	/** What was unpacked: its path has spaces and Chinese letters. */
	let folder: string;
	let url: string;
	let env: NodeJS.ProcessEnv;

	beforeAll(async () => {
		const starting = Windows.start();
		simulator = await startSimulator({ port: 0, rooms: 3, rate: 20, seed: 1 });
		archive = await makeArchive();
		windows = await starting;
		folder = join(windows.folder, "我的 直播", "livekeeper");
		if (archive) unpackedBytes = await unpack(archive, join(windows.folder, "我的 直播"));
		const port = await freePort();
		url = `http://127.0.0.1:${port}`;
		env = {
			LIVEKEEPER_PORT: String(port),
			LIVEKEEPER_UPSTREAM_URL: simulator.url,
			LIVEKEEPER_STARTS_PER_SECOND: "200",
		};
	}, 300_000);

	afterAll(async () => {
		await windows?.close();
		await simulator?.close();
	}, 60_000);

	const ask = async <Reply>(path: string, init?: RequestInit): Promise<Reply | undefined> => {
		const response = await fetch(`${url}${path}`, init).catch(() => undefined);
		return response?.ok ? ((await response.json()) as Reply) : undefined;
	};
	const chats = async () => (await ask<{ events: Stored[] }>("/api/v1/rooms/1001/events?types=chat"))?.events ?? [];
	const listens = async (run: ConsoleRun) => {
		const answers = () => ask("/health/ready");
		await until("the service is ready", answers, { limitMs, describe: () => run.output });
	};

	test("is small, and holds one library of SQLite and no source of it", ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		expect(archive?.length).toBeLessThan(60e6);
		expect(unpackedBytes).toBeLessThan(150e6);
		const names = readdirSync(folder, { recursive: true }).map(String);
		expect(names.filter((name) => name.endsWith(".node"))).toEqual([
			"app/node_modules/better-sqlite3/prebuilds/win32-x64.node",
		]);
		expect(names.filter((name) => /\.(c|cc|cpp|h|hpp|gyp|map)$|@duckdb/.test(name))).toEqual([]);
	});

	test("starts by a double click, opens its page, keeps a room, and a second start opens the page of the first", async ({
		skip,
	}) => {
		skip(!archive, "Node for Windows can't be fetched");
		const first = windows.run("livekeeper.cmd", folder, env);
		await listens(first);
		await until("the page was opened", () => windows.shown.length === 1, { limitMs, describe: () => first.output });
		expect(windows.shown).toEqual([`${url}/`]);
		const page = await fetch(`${url}/`);
		expect(await page.text()).toContain('<div id="app">');
		const body = JSON.stringify({ live_id: "1001" });
		await ask("/api/live/start", { method: "POST", headers: { "content-type": "application/json" }, body });
		await until("messages arrive", async () => (await chats()).length >= 5, { limitMs, describe: () => first.output });

		const second = windows.run("livekeeper.cmd", folder, env);
		expect(await second.exited, second.output).toBe(0);
		expect(second.output).toContain("livekeeper runs already");
		await until("the page was opened again", () => windows.shown.length === 2, { limitMs });
		expect(windows.shown).toEqual([`${url}/`, `${url}/`]);
	});

	test("npm.cmd is started by Node for Windows with its arguments as they were", async ({ skip }) => {
		skip(!archive, "Node for Windows can't be fetched");
		const place = join(windows.folder, "我的 直播");
		const args = ["pack", "C:\\我的 直播\\", 'a "b" & c', "x=1"];
		writeFileSync(join(place, "npm.cmd"), '@"%~dp0livekeeper\\app\\node.exe" "%~dp0print.cjs" %*\r\n');
		writeFileSync(join(place, "print.cjs"), "console.log(JSON.stringify(process.argv.slice(2)))");
		writeFileSync(
			join(place, "start.mjs"),
			`import { spawnSync } from "node:child_process";
			const { startOf } = await import(${JSON.stringify(`file:///Z:${root}scripts/npm-programs.mjs`)});
			const { command, args, shell } = startOf("npm", ${JSON.stringify(args)});
			const { stdout, stderr } = spawnSync(command, args, { shell, encoding: "utf8" });
			(await import("node:fs")).writeFileSync("said.json", stdout || stderr);`,
		);
		const run = windows.run("livekeeper\\app\\node.exe start.mjs", place);
		expect(await run.exited, run.output).toBe(0);
		expect(JSON.parse(readFileSync(join(place, "said.json"), "utf8"))).toEqual(args);
	});
});

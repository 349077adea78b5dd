import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import {
	type ArchiveFile,
	served,
	unpacked,
	writeArchive,
} from "../packages/livekeeper/src/updates/archives.helpers.ts";
import { version } from "../packages/livekeeper/src/version.ts";
import { until } from "./kit/until.ts";
import { filesOf, linkLibraries, next, ServiceProbe, signer } from "./kit/updates.ts";
import { nodeForWindows } from "./kit/windows-archive.ts";
import { type ConsoleRun, hasWine, Windows } from "./kit/wine.ts";

const limitMs = 170_000;
const { key, publicKey } = signer();

describe.skipIf(!hasWine)("an update on Windows, under Wine (skipped without it)", () => {
	let windows: Windows;
	let simulator: Simulator;
	let probe: ServiceProbe;
	/** Folder of the starters; its path has spaces and Chinese characters. */
	let root: string;
	/** Path of the archive of the next version; `undefined` if Node for Windows can't be fetched. */
	let from: string | undefined;
	let node: ArchiveFile | undefined;
	let env: NodeJS.ProcessEnv;

	beforeAll(async () => {
		const starting = Windows.start();
		simulator = await startSimulator({ port: 0, rooms: 1, rate: 20, seed: 4 });
		node = await nodeForWindows();
		windows = await starting;
		const port = await freePort();
		probe = new ServiceProbe(port);
		env = { LIVEKEEPER_PORT: String(port), LIVEKEEPER_UPSTREAM_URL: simulator.url, LIVEKEEPER_LANG: "en" };
		linkLibraries(windows.folder);
		if (!node) return;
		root = unpacked(filesOf(version, node, "win32"), join(windows.folder, "我的 直播"));
		from = await archiveOf("new", filesOf(next, node, "win32"));
	});

	/** As after unpacking over it. */
	beforeEach(({ skip }) => {
		skip(!node, "Node for Windows can't be fetched");
		writeFileSync(join(root, "current.txt"), "app\r\n");
	});

	afterAll(async () => {
		await windows?.close();
		await simulator?.close();
	});

	const archiveOf = (folder: string, files: ArchiveFile[]) =>
		writeArchive(windows.newFolder(folder), { name: `livekeeper-${next}-win-x64.zip`, files, key });
	const run = (command: string) => windows.run(`livekeeper.cmd ${command}`, root, env);
	const update = (archive: string, by = publicKey) => run(`update --from ${archive} --key ${by}`);
	const named = () => readFileSync(join(root, "current.txt"), "utf8").trim();
	/** Returns the version that `livekeeper.cmd` starts. */
	const started = async () => {
		const asked = run("--version");
		expect(await asked.exited, asked.output).toBe(0);
		return /\d+\.\d+\.\d+/.exec(asked.words)?.[0];
	};

	/** Returns an archive whose program ends at once. */
	const brokenArchive = () => {
		const broken = Buffer.from('console.error("it broke"); process.exit(3);');
		const files = filesOf(next, node as ArchiveFile, "win32");
		return archiveOf(
			"broken",
			files.map((file) => (file.path.endsWith("/livekeeper.js") ? { ...file, content: broken } : file)),
		);
	};

	test.each<[string, () => Promise<string>, string, string]>([
		[
			"another's signature",
			async () => from as string,
			signer().publicKey,
			"the signature was not made with the configured key",
		],
		["a version that does not start", brokenArchive, publicKey, "does not start: it exited with code 3: it broke"],
	])("keeps the version before after %s", async (_, make, by, why) => {
		const before = readdirSync(root);
		const refused = update(windows.pathOf(await make()), by);
		expect(await refused.exited, refused.output).toBe(1);
		expect(refused.words).toContain(why);
		expect(readdirSync(root)).toEqual(before);
		expect(await started()).toBe(version);
	});

	/** Ends the update as soon as a moment has come, as a power cut or the Task Manager would. */
	async function cut(running: ConsoleRun, hasCome: () => boolean): Promise<void> {
		const describe = () => running.output;
		const pid = await until("the update runs", () => windows.pidsOf("livekeeper.js update")[0], { limitMs, describe });
		const end = () => hasCome() && windows.kill(pid);
		const changes = watch(root, end);
		onTestFinished(() => changes.close());
		await until("the moment has come", end, { limitMs, describe });
		changes.close();
		await running.exited;
	}

	/** Whether the version that is tried out has its data folder. Before that, Windows may not end it with the update. */
	const isTried = () => windows.temporaryFiles.some((path) => /livekeeper-update-\w+\/data\/./.test(path));

	const moments: [string, () => boolean][] = [
		["unpacks", () => existsSync(join(root, ".update/app/node.exe"))],
		["tries the version", isTried],
		["has moved the version", () => existsSync(join(root, `app-${next}`))],
		["has named the version", () => named() === `app-${next}`],
	];

	test.each(moments)("starts a whole version after a kill when it %s", async (_, hasCome) => {
		await cut(update(windows.pathOf(from as string)), hasCome);
		await until("nothing of it runs", () => windows.pidsOf(".update").length === 0, { limitMs });
		expect(await started()).toBe(named() === "app" ? version : next);
	});

	test("restarts the running service into the installed version", async () => {
		const service = windows.run("livekeeper.cmd", root, env);
		const describe = () => service.output;
		await until("the service is ready", () => probe.isReady(), { limitMs, describe });
		expect(await probe.version()).toBe(version);
		await probe.startRoom("1001");
		await until("messages arrive", async () => (await probe.chats()).length >= 5, { limitMs, describe });
		const before = await probe.chats();

		const { url, close } = await served(dirname(from as string));
		onTestFinished(close);
		const installing = update(`${url}/livekeeper-${next}-win-x64.zip`);
		expect(await installing.exited, installing.output).toBe(0);
		expect(installing.words).toContain(`The running service is version ${next} now.`);
		expect(await probe.version()).toBe(next);
		// Lines end as cmd.exe expects them.
		expect(readFileSync(join(root, "current.txt"), "utf8")).toBe(`app-${next}\r\n`);
		expect((await probe.chats()).slice(0, before.length)).toEqual(before);
		expect(existsSync(join(root, `before-update-of-${version}.db`))).toBe(true);
		const continues = async () => (await probe.chats()).length > before.length;
		await until("the room continues", continues, { limitMs, describe });
		// A restart opens no second page.
		expect(windows.shown).toEqual([`${probe.url}/`]);
		windows.interrupt("livekeeper.js serve");
		expect(await service.exited, service.output).toBe(0);
	});
});

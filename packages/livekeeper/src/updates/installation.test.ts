import { execFileSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { type ArchiveFile, packed, served, unpacked, versionFiles, writeArchive } from "./archives.helpers.ts";
import { installationOf, pointStarters, untilRestarted, update, watchStarter } from "./index.ts";

/** A program that starts as livekeeper does: it publishes its address, and is ready. */
const works = `
const { createServer } = require("node:http"), { mkdirSync, writeFileSync } = require("node:fs");
const version = require("../package.json").version;
const at = process.argv.indexOf("--data-dir");
if (at < 0) console.log(version);
else {
	const folder = process.argv[at + 1];
	mkdirSync(folder, { recursive: true });
	const server = createServer((_, answer) => answer.end("ok")).listen(0, "127.0.0.1", () =>
		writeFileSync(folder + "/livekeeper.address", "http://127.0.0.1:" + server.address().port + "\\n"));
}`;
const crashes = `console.error("it broke"); process.exit(3);`;
const hangs = "setInterval(() => undefined, 1000);";

const launcher = `#!/bin/sh\nexec "${process.execPath}" "$@"\n`;

function filesOf(version: string, program: string): ArchiveFile[] {
	const file = (path: string, content: string, mode = 0o644) => ({ path, content: Buffer.from(content), mode });
	return versionFiles(version, [
		file("app/node", launcher, 0o755),
		file("app/node_modules/livekeeper/package.json", JSON.stringify({ version })),
		file("app/node_modules/livekeeper/bin/livekeeper.js", program),
	]);
}

/** Unpacks version 1.0.0 as a user would. */
function install(): { root: string; program: string } {
	const root = unpacked(filesOf("1.0.0", works), temporaryFolder(onTestFinished));
	return { root, program: join(root, "app/node_modules/livekeeper/bin/livekeeper.js") };
}

function archiveOf(files: ArchiveFile[], key?: KeyObject, kind: "zip" | "tar.gz" = "tar.gz"): Promise<string> {
	const folder = temporaryFolder(onTestFinished);
	return writeArchive(folder, { name: `livekeeper-2.0.0-linux-x64.${kind}`, files, key });
}

const started = (root: string) =>
	execFileSync("sh", [join(root, "livekeeper"), "--version"])
		.toString()
		.trim();

async function options(
	program: string,
	from: string,
	key?: KeyObject,
	clock: ManualClock | typeof systemClock = systemClock,
) {
	const installation = await installationOf(program, "linux");
	const beforeChange = vi.fn(() => Promise.resolve());
	return { installation, from, key, clock, version: "1.0.0", onStep: () => undefined, beforeChange };
}

const pair = generateKeyPairSync("ed25519");

test.runIf(process.platform !== "win32").each(["tar.gz", "zip"] as const)(
	"installs a signed %s beside the version that runs",
	async (kind) => {
		const { root, program } = install();
		expect(started(root)).toBe("1.0.0");
		const from = await archiveOf(filesOf("2.0.0", works), pair.privateKey, kind);
		const given = await options(program, from, pair.publicKey);
		given.beforeChange.mockImplementation(async () => expect(started(root)).toBe("1.0.0"));
		expect(await update(given)).toBe("2.0.0");
		expect(given.beforeChange).toHaveBeenCalledTimes(1);
		expect(started(root)).toBe("2.0.0");
		expect(readdirSync(root).toSorted()).toEqual(["app", "app-2.0.0", "current.txt", "livekeeper", "使用说明.txt"]);
		rmSync(join(root, "app-2.0.0"), { recursive: true });
		expect(started(root)).toBe("1.0.0");
	},
);

test.runIf(process.platform !== "win32")("fetches an archive by its URL", async () => {
	const { root, program } = install();
	const from = await archiveOf(filesOf("2.0.0", works), pair.privateKey);
	const { url: folder, close } = await served(dirname(from));
	onTestFinished(close);
	const url = `${folder}/livekeeper-2.0.0-linux-x64.tar.gz`;
	expect(await update(await options(program, url, pair.publicKey))).toBe("2.0.0");
	expect(started(root)).toBe("2.0.0");
});

test.runIf(process.platform !== "win32").each<[string, () => Promise<string>, RegExp]>([
	[
		"another's signature",
		() => archiveOf(filesOf("2.0.0", works), generateKeyPairSync("ed25519").privateKey),
		/signature/,
	],
	["no signature", () => archiveOf(filesOf("2.0.0", works)), /SHA256SUMS\.sig is not beside/],
	[
		"a changed archive",
		async () => {
			const from = await archiveOf(filesOf("2.0.0", works), pair.privateKey);
			writeFileSync(from, await packed(filesOf("2.0.1", works), "tar.gz"));
			return from;
		},
		/does not match SHA256SUMS/,
	],
	["a version that ends", () => archiveOf(filesOf("2.0.0", crashes), pair.privateKey), /exited with code 3: it broke/],
	["the same version", () => archiveOf(filesOf("1.0.0", works), pair.privateKey), /already installed/],
	[
		"half an archive",
		() => archiveOf(filesOf("2.0.0", works).slice(0, 5), pair.privateKey),
		/not a livekeeper archive/,
	],
	[
		"a path that leads outside",
		() => {
			const evil = { path: "livekeeper/app/../../evil", content: Buffer.from("x"), mode: 0o755 };
			return archiveOf([...filesOf("2.0.0", works), evil], pair.privateKey);
		},
		/outside of its folder/,
	],
])("keeps the version before after %s", async (_, make, why) => {
	const { root, program } = install();
	const before = readdirSync(root);
	const given = await options(program, await make(), pair.publicKey);
	await expect(update(given)).rejects.toMatchObject({
		code: "update_failed",
		message: expect.stringMatching(why),
	});
	expect(given.beforeChange).not.toHaveBeenCalled();
	expect(readdirSync(root)).toEqual(before);
	expect(started(root)).toBe("1.0.0");
});

test.runIf(process.platform !== "win32")("gives up a version that is never ready", async () => {
	const { root, program } = install();
	const clock = new ManualClock();
	const from = await archiveOf(filesOf("2.0.0", hangs));
	const steps: string[] = [];
	const done = update({ ...(await options(program, from, undefined, clock)), onStep: ({ en }) => steps.push(en) });
	const refused = expect(done).rejects.toMatchObject({ message: expect.stringContaining("not ready within 60 s") });
	await expect.poll(() => steps.at(-1)).toContain("Starting version 2.0.0");
	await expect
		.poll(async () => {
			await clock.advance(61_000);
			return Promise.race([
				done.then(
					() => false,
					() => true,
				),
				new Promise((resolve) => setTimeout(resolve, 20, false)),
			]);
		})
		.toBe(true);
	await refused;
	expect(started(root)).toBe("1.0.0");
});

test.runIf(process.platform !== "win32")("starts either version wherever it is cut off", async () => {
	const from = await archiveOf(filesOf("2.0.0", works), pair.privateKey);
	/** Throws at the nth time that the time is read or a step begins, as a power cut would end everything there. */
	for (const cut of ["Reading", "Verifying", "Unpacking", "Starting"]) {
		const { root, program } = install();
		const onStep = ({ en }: { en: string }) => {
			if (en.startsWith(cut)) throw new Error("cut");
		};
		await expect(update({ ...(await options(program, from, pair.publicKey)), onStep })).rejects.toThrow("cut");
		expect(started(root)).toBe("1.0.0");
	}
	const { root } = install();
	// A cut leaves this of the last step: a pointer not yet renamed, half a folder, a pointer to nothing, an empty one.
	writeFileSync(join(root, "current.txt.new"), "app-2.0.0\n");
	mkdirSync(join(root, "app-2.0.0"));
	expect(started(root)).toBe("1.0.0");
	for (const text of ["app-2.0.0\n", "", "../elsewhere\n", "app-2"]) {
		writeFileSync(join(root, "current.txt"), text);
		expect(started(root)).toBe("1.0.0");
	}
});

async function watched(root: string) {
	const clock = new ManualClock();
	const changes: string[] = [];
	const starter = join(root, "livekeeper");
	const stop = await watchStarter({ starter, clock, platform: "linux", onChange: (folder) => changes.push(folder) });
	onTestFinished(stop);
	return { clock, changes };
}

test.runIf(process.platform !== "win32")("restarts once, into a version that is there", async () => {
	const { root } = install();
	const { clock, changes } = await watched(root);
	for (const text of ["", "app-2", "../app", "app\n"]) {
		writeFileSync(join(root, "current.txt"), text);
		for (let look = 0; look < 3; look++) await clock.advance(2_000);
		await readFile(join(root, "current.txt"));
		expect(changes).toEqual([]);
	}
	const { clock: later, changes: seen } = await watched(root);
	mkdirSync(join(root, "app-2"));
	writeFileSync(join(root, "app-2/node"), launcher, { mode: 0o755 });
	await pointStarters(root, "app-2");
	await eventually(later, () => expect(seen).toEqual(["app-2"]), 1_000);
	await pointStarters(root, "app");
	await later.advance(10_000);
	expect(seen).toEqual(["app-2"]);
});

test.each<[string, (ms: number) => string | undefined, string]>([
	["restarted", (ms) => (ms < 3_000 ? "1.0.0" : ms < 50_000 ? undefined : "2.0.0"), "restarted"],
	["stays", () => "1.0.0", "stays"],
	["is not ready", (ms) => (ms < 3_000 ? "1.0.0" : undefined), "was not ready with your data within 60 s"],
])("reports a service that %s", async (_, versionAt, expected) => {
	const clock = new ManualClock();
	const since = clock.now();
	const versionNow = async () => versionAt(clock.now() - since);
	let end = "";
	untilRestarted({ version: "2.0.0", before: "1.0.0", clock, versionNow }).then(
		(how) => (end = how),
		(error: Error) => (end = error.message),
	);
	await eventually(clock, () => expect(end).toContain(expected), 250);
	expect(clock.now() - since).toBeLessThan(62_000);
});

test("refuses to update what is no unpacked archive", async () => {
	const folder = temporaryFolder(onTestFinished);
	const program = join(folder, "node_modules/livekeeper/bin/livekeeper.js");
	await expect(installationOf(program, "linux")).rejects.toMatchObject({ code: "update_failed" });
});

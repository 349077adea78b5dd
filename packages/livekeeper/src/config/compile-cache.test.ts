import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { userCacheFolder } from "./home.ts";

/** Returns where a process and a thread of it keep compiled code after a start in each of the homes. */
function keptBy(homes: readonly string[]) {
	const program = `
		import { getCompileCacheDir } from "node:module";
		import { Worker } from "node:worker_threads";
		const { keepCompiled } = await import(${JSON.stringify(new URL("./compile-cache.ts", import.meta.url).href)});
		const kept = ${JSON.stringify(homes)}.map((home) => {
			keepCompiled({ XDG_CACHE_HOME: home }, { platform: "linux", userFolder: () => "/nowhere", canWrite: () => true });
			return getCompileCacheDir() ?? null;
		});
		const ask = [
			'import { getCompileCacheDir } from "node:module"; import { parentPort } from "node:worker_threads";',
			"parentPort.postMessage(getCompileCacheDir());",
		].join("");
		const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(ask)));
		worker.once("message", (thread) => console.log(JSON.stringify({ kept, thread: thread ?? null })));`;
	const { NODE_COMPILE_CACHE: _, ...env } = process.env;
	const flags = ["--input-type=module", "--conditions=livekeeper-source", "--eval", program];
	const { stdout, stderr } = spawnSync(process.execPath, flags, { env, encoding: "utf8" });
	expect(stderr).toBe("");
	return JSON.parse(stdout) as { kept: (string | null)[]; thread: string | null };
}

// Before 22.18 Node runs no TypeScript.
test.runIf(process.features.typescript && process.getuid)("keeps compiled code in the user's own folder only", () => {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-compiled-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const [missing, shared, own] = ["file", "shared", "own"].map((name) => join(folder, name)) as [
		string,
		string,
		string,
	];
	writeFileSync(missing, "");
	mkdirSync(join(shared, "livekeeper"), { recursive: true });
	chmodSync(join(shared, "livekeeper"), 0o777);
	const { kept, thread } = keptBy([missing, shared, own]);
	expect(kept).toEqual([null, null, expect.stringContaining(join(own, "livekeeper"))]);
	expect(thread).toBe(kept[2]);
	expect(statSync(join(own, "livekeeper")).mode & 0o777).toBe(0o700);
});

test.each([
	["win32", { LOCALAPPDATA: "C:\\Local" }, "C:\\Local\\livekeeper\\cache"],
	["darwin", {}, "/Users/yu/Library/Caches/livekeeper"],
	["linux", {}, "/Users/yu/.cache/livekeeper"],
	["linux", { XDG_CACHE_HOME: "/cache" }, "/cache/livekeeper"],
] as const)("chooses the user's own cache folder on %s with %j", (platform, env, expected) => {
	expect(userCacheFolder(env, { platform, userFolder: () => "/Users/yu", canWrite: () => false })).toBe(expected);
});

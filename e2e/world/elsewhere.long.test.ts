import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { copySources } from "../../scripts/copy-sources.ts";

const here = fileURLToPath(new URL("../..", import.meta.url));
const nodeOptions = "--experimental-strip-types --conditions=livekeeper-source --disable-warning=ExperimentalWarning";

/** Runs seeds in a process of its own. @returns the hash of each, in order */
async function hashesOf(clone: string, workers: number, env: NodeJS.ProcessEnv, cwd = clone): Promise<string[]> {
	const args = ["--seeds", "75..77", "--hours", "0.3", "--rooms", "3", "--workers", String(workers)];
	const { stdout } = await promisify(execFile)(process.execPath, [join(clone, "e2e/world/main.ts"), ...args], {
		cwd,
		env: { ...process.env, NODE_OPTIONS: nodeOptions, ...env },
	});
	return Array.from(stdout.matchAll(/^seed \d+: \w+ [\da-f]{16}/gm), ([line]) => line).toSorted();
}

test("repeats seeds in another clone, process, zone and order", async () => {
	const elsewhere = mkdtempSync(join(tmpdir(), "livekeeper-elsewhere-"));
	onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
	const clone = join(elsewhere, "a/longer path/to 直播");
	mkdirSync(clone, { recursive: true });
	copySources(clone);
	const strange = { TMPDIR: elsewhere, TZ: "Asia/Shanghai", LANG: "zh_CN.UTF-8", HOME: elsewhere };
	const first = await hashesOf(here, 1, { TZ: "America/New_York" });
	expect(first).toHaveLength(3);
	expect(await hashesOf(clone, 3, strange, elsewhere)).toEqual(first);
});

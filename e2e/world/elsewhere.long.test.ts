import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { copySources } from "../../scripts/copy-sources.ts";
import { runSeeds } from "../kit/world-seeds.ts";

const here = fileURLToPath(new URL("../..", import.meta.url));
test("repeats seeds in another clone, process, zone and order", async () => {
	const elsewhere = mkdtempSync(join(tmpdir(), "livekeeper-elsewhere-"));
	onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
	const clone = join(elsewhere, "a/longer path/to 直播");
	mkdirSync(clone, { recursive: true });
	copySources(clone);
	const strange = { TMPDIR: elsewhere, TZ: "Asia/Shanghai", LANG: "zh_CN.UTF-8", HOME: elsewhere };
	const first = await runSeeds(here, { workers: 1, env: { TZ: "America/New_York" } });
	expect(first).toHaveLength(3);
	expect(await runSeeds(clone, { workers: 3, env: strange, cwd: elsewhere })).toEqual(first);
});

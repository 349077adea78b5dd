import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-packages.mjs", import.meta.url));

test("satisfies npm and TypeScript, without unneeded files", () => {
	const { stdout, stderr, status } = spawnSync(process.execPath, [script, "client", "douyin"], { encoding: "utf8" });
	expect([stdout, stderr, status]).toEqual(["", "", 0]);
});

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-packages.mjs", import.meta.url));

test("the packages for programs are as npm and TypeScript want them, and hold no more than they need", () => {
	const { stdout, stderr, status } = spawnSync(process.execPath, [script, "client", "douyin"], { encoding: "utf8" });
	expect([stdout, stderr, status]).toEqual(["", "", 0]);
});

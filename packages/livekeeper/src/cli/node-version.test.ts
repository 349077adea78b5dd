import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../../bin/livekeeper.js", import.meta.url));

test.each(["20.20.2", "22.13.1"])("on Node %s the program says which one it needs, and loads nothing", (version) => {
	const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
	const { status, stderr } = spawnSync(
		process.execPath,
		["--input-type=module", "-e", `${pretend} await import(${JSON.stringify(program)});`],
		{ encoding: "utf8" },
	);
	expect(status).toBe(1);
	expect(stderr).toContain(`needs Node 22.14 or later; this is ${version}`);
	expect(stderr).toContain("Node 24");
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../../bin/livekeeper.js", import.meta.url));

test.each(["20.20.2", "22.14.0"])("names the required version on Node %s, loads nothing", (version) => {
	const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
	const { status, stderr } = spawnSync(
		process.execPath,
		["--input-type=module", "-e", `${pretend} await import(${JSON.stringify(program)});`],
		{ encoding: "utf8" },
	);
	expect(status).toBe(1);
	expect(stderr).toContain(`needs Node 22.15 or later; this is ${version}`);
	expect(stderr).toContain("Node 24");
});

test.each(["livekeeper", "@livekeeper/douyin", "@livekeeper/simulator"])(
	"names the version to a program that imports %s",
	(name) => {
		const pretend = `Object.defineProperty(process.versions, "node", { value: "20.20.2" });`;
		const program = `${pretend} await import(${JSON.stringify(name)}); console.log("loaded");`;
		const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
			encoding: "utf8",
			cwd: fileURLToPath(new URL(".", import.meta.url)),
		});
		expect([status, stdout]).toEqual([1, ""]);
		expect(stderr).toContain("needs Node 22.15 or later; this is 20.20.2");
	},
);

test("requires the reported version in every package", () => {
	for (const folder of ["", "packages/douyin/", "packages/livekeeper/", "packages/simulator/"]) {
		const file = new URL(`../../../../${folder}package.json`, import.meta.url);
		expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ engines: { node: ">=22.15" } });
	}
});

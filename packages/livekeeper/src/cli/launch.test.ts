import { readFileSync } from "node:fs";
import { asTyped, launch, launchOf } from "@livekeeper/base/src/text/launch.ts";
import { expect, test } from "vitest";

const place = (packageFolder: string, files: string[], platform: NodeJS.Platform = "linux") =>
	launchOf({ packageFolder, platform, exists: (file) => files.includes(file) });

test.each([
	[
		"an archive",
		place("/home/me/我的 直播/app/node_modules/livekeeper", ["/home/me/我的 直播/livekeeper"]),
		{ command: "./livekeeper", demo: "./livekeeper serve --open --demo" },
	],
	[
		"an updated archive",
		place("/opt/livekeeper/app-0.2.0/node_modules/livekeeper", ["/opt/livekeeper/livekeeper"]),
		{ command: "./livekeeper", demo: "./livekeeper serve --open --demo" },
	],
	[
		"an archive on Windows",
		place("D:\\我的 直播\\app\\node_modules\\livekeeper", ["D:\\我的 直播\\livekeeper.cmd"], "win32"),
		{ command: "livekeeper.cmd", demo: "demo.cmd" },
	],
	[
		"a clone",
		place("/src/livekeeper/packages/livekeeper", ["/src/livekeeper/scripts/start.mjs"]),
		{ command: "npx livekeeper", demo: "npm start -- --demo" },
	],
	[
		"a clone on Windows",
		place("C:\\src\\packages\\livekeeper", ["C:\\src\\scripts\\start.mjs"], "win32"),
		{ command: "npx livekeeper", demo: "npm start -- --demo" },
	],
	[
		"a locally installed package",
		place("/srv/app/node_modules/livekeeper", ["/srv/app/package.json"]),
		{ command: "npx livekeeper", demo: "npx livekeeper serve --demo" },
	],
	[
		"a globally installed package",
		place("/usr/lib/node_modules/livekeeper", []),
		{ command: "livekeeper", demo: "livekeeper serve --demo" },
	],
	["a container", place("/livekeeper/packages/livekeeper", []), { command: "livekeeper", demo: null }],
])("recognises %s", (_, found, expected) => expect(found).toEqual(expected));

test("recognises the clone that it runs in", () => expect(launch.command).toBe("npx livekeeper"));

test.each([
	["Keep one with: livekeeper start <live_id>", "Keep one with: ./livekeeper start <live_id>"],
	["请用 `livekeeper serve` 启动服务", "请用 `./livekeeper serve` 启动服务"],
	["（livekeeper status 显示全部）", "（./livekeeper status 显示全部）"],
	["(livekeeper --help lists the commands)", "(./livekeeper --help lists the commands)"],
	["livekeeper needs Node; the livekeeper service runs", "livekeeper needs Node; the livekeeper service runs"],
	["livekeeper status-page, npx livekeeper status", "livekeeper status-page, npx livekeeper status"],
])("writes the commands of %j as they are typed", (text, expected) => {
	expect(asTyped(text, { command: "./livekeeper" })).toBe(expected);
	expect(asTyped(text, { command: "livekeeper" })).toBe(text);
});

test("knows every command", () => {
	const source = readFileSync(new URL("../../../base/src/text/launch.ts", import.meta.url), "utf8");
	const [, known = ""] = /const commands =\s*"([^"]+)"/.exec(source) ?? [];
	const program = readFileSync(new URL("program.ts", import.meta.url), "utf8");
	const files = [...program.matchAll(/from "\.\/commands\/([\w-]+)\.ts"/g)].map(([, name]) => name);
	const defined = files.flatMap((name) =>
		[
			...readFileSync(new URL(`../cli/commands/${name}.ts`, import.meta.url), "utf8").matchAll(
				/\bprogram\s*\.command\("(\w+)/g,
			),
		].map(([, command]) => command),
	);
	// "The livekeeper service" is no command.
	expect(known.split("|").sort()).toEqual(defined.filter((command) => command !== "service").sort());
});

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

interface Started {
	command: string;
	args: string[];
	shell: boolean;
}
interface Ended {
	status: number | null;
	signal?: string;
	error?: Error & { code?: string };
}
const programs = (await import(new URL("./npm-programs.mjs", import.meta.url).href)) as {
	startOf(program: string, args: string[], platform?: string): Started;
	npmFailure(task: string, ended: Ended): string;
};

test("npm starts directly, on Windows through a quoted shell line", () => {
	const args = ["install", "node@24.21.0", "C:\\我的 直播\\", 'a "b"&c'];
	expect(programs.startOf("npm", args, "linux")).toEqual({ command: "npm", args, shell: false });
	expect(programs.startOf("npm", args, "win32")).toEqual({
		command: 'npm.cmd install node@24.21.0 "C:\\我的 直播\\\\" "a ""b""&c"',
		args: [],
		shell: true,
	});
});

test("npm can be started here", () => {
	const { command, args, shell } = programs.startOf("npm", ["--version"]);
	expect(spawnSync(command, args, { shell, encoding: "utf8" }).stdout).toMatch(/^\d+\.\d+/);
});

test.each([
	[
		"no npm",
		{ status: null, error: Object.assign(new Error("spawnSync npm ENOENT"), { code: "ENOENT" }) },
		/not found/,
	],
	["no npm.cmd", { status: 9009 }, /not found.*install Node/],
	["no permission", { status: null, error: Object.assign(new Error("spawn EACCES"), { code: "EACCES" }) }, /EACCES/],
	["npm's own failure", { status: 1 }, /npm ci failed with status 1: its message above/],
	["a signal", { status: null, signal: "SIGINT" }, /npm ci was ended by SIGINT/],
])("%s is reported as such, never as a network fault", (_, ended, expected) => {
	const said = programs.npmFailure("ci", ended);
	expect(said).toMatch(expected);
	expect(said).not.toMatch(/network/i);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const { startOf } = (await import("./npm-programs.mjs" as string)) as {
	startOf: (program: string, args: readonly string[]) => { command: string; args: string[]; shell: boolean };
};

const root = fileURLToPath(new URL("..", import.meta.url));
const below = (folder: string, ending: RegExp) =>
	readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
		.filter((name) => ending.test(name) && !/(^|[/\\])(node_modules|dist|help|gen)[/\\]/.test(name))
		.map((name) => `${folder}/${name}`);
/** All files in which people find commands. */
const sources = [
	...readdirSync(root).filter((name) => /\.md$|^llms\.txt$|^Dockerfile$/.test(name)),
	...below("docs", /\.md$/),
	...below("examples", /\.(ts|py|md)$/),
	...below("deploy", /\.ya?ml$/),
	...below("packages", /README.*\.md$/),
	...["base", "engine", "log", "targets", "livekeeper"].flatMap((name) =>
		below(`packages/${name}/src/text`, /(?<!\.(test|helpers))\.ts$/),
	),
	...below("packages/dashboard/src", /(?<!\.test)\.(ts|vue)$/),
	"packages/livekeeper/src/http/llms.ts",
	"scripts/package/starters.mjs",
];
const { packages: pinned } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
	packages: Record<string, object>;
};
/** Names that their owners hold on the registry, and that livekeeper does not need itself. */
const claimed = new Set(["@duckdb/node-api", "node"]);
/** Whether a name is ours: nothing is published yet, so whoever claims one of them could run anything. */
const isOurs = (name: string) => name === "livekeeper" || name.startsWith("@livekeeper/");

/** Returns why a command may run code that a stranger has published under a name; `undefined` if it can't. */
function risk(command: string): string | undefined {
	const [, npx = ""] = /(?:^|[`*"#]|&&)\s*npx(?:\.cmd)?\s+([^\n`]*)/.exec(command) ?? [];
	const [, installed = ""] = /\bnpm (?:install|i|add|exec)\s+([^\n`]*)/.exec(command) ?? [];
	if (/(^|[\s"])(-y|--yes)\b/.test(npx) || /(^|\s)(-y|--yes)\b/.test(installed)) return "fetches without asking";
	const [program = ""] = npx.split(/[\s"]+/).filter((word) => !word.startsWith("-"));
	if (/^[a-z@]/.test(program) && !existsSync(join(root, "node_modules/.bin", program))) return `npx ${program}`;
	for (const word of installed.split(/\s+/)) {
		const [, name = ""] = /^(@?[a-z][\w./-]*?)(?:@[\w.-]+)?$/.exec(word) ?? [];
		if (name === "" || name.endsWith(".tgz") || claimed.has(name)) continue;
		if (isOurs(name) || pinned[`node_modules/${name}`] === undefined) return `npm install ${name}`;
	}
	return undefined;
}

test("no page's command fetches an unclaimed name", () => {
	const risky = sources.flatMap((source) => {
		const text = readFileSync(join(root, source), "utf8");
		const commands = text.match(/[^\n]*\b(?:npx|npm (?:install|i|add|exec))\b[^\n]*/g) ?? [];
		const config = [...text.matchAll(/"command":\s*"npx[^}]*/g)].map(() => 'a host runs "npx"');
		return [...commands.flatMap((line) => risk(line) ?? []), ...config].map((what) => `${source}: ${what}`);
	});
	expect(risky).toEqual([]);
});

test.each([
	["npx -y livekeeper mcp", "fetches without asking"],
	["npx --yes livekeeper", "fetches without asking"],
	["npx livekeeper-cli status", "npx livekeeper-cli"],
	["npm install @livekeeper/client", "npm install @livekeeper/client"],
	["npm i livekeeper@1.2.0", "npm install livekeeper"],
	["npm install --save no-such-name-here", "npm install no-such-name-here"],
	["npx livekeeper status", undefined],
	["npx tsx examples/sse.ts 1001", undefined],
	["npm install ./livekeeper-0.1.0.tgz vitest", undefined],
])("judges %j", (command, expected) => expect(risk(command)).toBe(expected));

test("pages write commands for a clone", () => {
	const bare = sources.flatMap((source) => {
		if (!source.endsWith(".md")) return [];
		const blocks = readFileSync(join(root, source), "utf8").match(/^[ \t]*```[\s\S]*?^[ \t]*```/gm) ?? [];
		return blocks
			.flatMap((block) => block.match(/^\s*livekeeper [a-z].*$/gm) ?? [])
			.map((line) => `${source}: ${line}`);
	});
	expect(bare).toEqual([]);
});

test("npx in a clone never runs a registry's livekeeper", async () => {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-npx-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	cpSync(join(root, ".npmrc"), join(folder, ".npmrc"));
	writeFileSync(join(folder, "package.json"), '{ "private": true }');
	const asked: string[] = [];
	const registry = createServer((request, response) => {
		asked.push(String(request.url));
		const tarball = `http://${request.headers.host}/livekeeper.tgz`;
		const version = { name: "livekeeper", version: "9.9.9", bin: "x.js", dist: { tarball } };
		response.setHeader("content-type", "application/json");
		response.end(
			JSON.stringify({ name: "livekeeper", "dist-tags": { latest: "9.9.9" }, versions: { "9.9.9": version } }),
		);
	});
	await once(registry.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => void registry.close());
	const { port } = registry.address() as AddressInfo;
	const { command, args, shell } = startOf("npx", ["livekeeper", "status"]);
	const env = {
		...process.env,
		npm_config_registry: `http://127.0.0.1:${port}/`,
		npm_config_cache: join(folder, "cache"),
		// Settings of this machine's user.
		npm_config_userconfig: join(folder, "no-user"),
		npm_config_globalconfig: join(folder, "no-global"),
		npm_config_update_notifier: "false",
	};
	const npx = spawn(command, args, { cwd: folder, env, shell, stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	npx.stderr.on("data", (chunk) => (said += String(chunk)));
	const [status] = await once(npx, "close");
	expect([status, said]).toEqual([1, expect.stringMatching(/cancel/i)]);
	expect(asked.filter((path) => path.endsWith(".tgz"))).toEqual([]);
});

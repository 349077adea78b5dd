import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/**
 * Returns the modules that a command loads until it is done, or until a service listens.
 * @param folder for a temporary file
 */
function loadedBy(folder: string, ...command: string[]) {
	const program = join(folder, "loads.mjs");
	writeFileSync(
		program,
		`import { registerHooks } from "node:module";
		const loaded = [];
		registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
		process.on("exit", () => console.error(JSON.stringify([...loaded, ...process.moduleLoadList])));
		const { main } = await import(${JSON.stringify(new URL("./main.ts", import.meta.url).href)});
		await main(["node", "livekeeper", ...${JSON.stringify(command)}]);
		process.exit();`,
	);
	const flags = ["--conditions=livekeeper-source", program];
	const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: folder, encoding: "utf8" });
	const loaded = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as string[];
	const packages = (names: readonly string[]) =>
		names.filter((name) => loaded.some((url) => url.includes(`/node_modules/${name}/`)));
	return { stdout, packages, ownFetch: loaded.includes("NativeModule internal/deps/undici/undici") };
}

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-loaded-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

// Before 22.18 Node has no such hooks, or runs no TypeScript with them.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const testOfLoading = test.skipIf(major === 22 && minor < 18);

testOfLoading("what only some commands need is loaded by these alone", () => {
	const { stdout, packages } = loadedBy(temporaryFolder(), "--help");
	expect(stdout).toContain("livekeeper");
	expect(packages(["commander"])).toEqual(["commander"]);
	expect(packages(["got", "ws", "socket.io-client", "cli-progress", "fastify", "better-sqlite3"])).toEqual([]);
});

testOfLoading("what a service may never need is not loaded before it listens", () => {
	const folder = temporaryFolder();
	const flags = ["--port", "0", "--mcp", "read", "--data-dir", join(folder, "data"), "--log-format", "json"];
	const { stdout, packages, ownFetch } = loadedBy(folder, "serve", ...flags);
	expect(stdout).toContain("livekeeper 正在监听");
	expect(packages(["fastify", "socket.io"])).toEqual(["fastify", "socket.io"]);
	const requests = ["got", "tough-cookie", "agent-base", "socks"];
	const descriptions = ["@fastify/swagger", "yaml", "ajv", "@fastify/ajv-compiler", "fast-json-stringify"];
	const layouts = ["prom-client", "pino-pretty", "csv-stringify", "yazl", "cli-table3"];
	const others = [
		"@duckdb/node-api",
		"re2js",
		"eventsource-parser",
		"@nats-io/transport-node",
		"@nats-io/jetstream",
		"@modelcontextprotocol/sdk",
	];
	expect(packages([...requests, ...descriptions, ...layouts, ...others])).toEqual(["fast-json-stringify"]);
	expect(ownFetch, "Node's own fetch").toBe(false);
});

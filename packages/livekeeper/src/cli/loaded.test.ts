import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = `
	import { registerHooks } from "node:module";
	const loaded = [];
	registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
	process.on("exit", () => console.error(JSON.stringify(loaded)));
	const { main } = await import("./main.ts");
	await main(["node", "livekeeper", "--help"]);
`;

// Before 22.18 Node has no such hooks, or runs no TypeScript.
test.skipIf(!process.features.typescript)("what only some commands need is loaded by these alone", () => {
	const flags = ["--conditions=livekeeper-source", "--input-type=module", "--eval", program];
	const { stdout, stderr } = spawnSync(process.execPath, flags, {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		encoding: "utf8",
	});
	expect(stdout).toContain("livekeeper");
	const loaded = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as string[];
	expect(loaded.some((url) => url.includes("/commander/"))).toBe(true);
	const heavy = ["got", "ws", "socket.io-client", "cli-progress", "fastify", "better-sqlite3"];
	expect(loaded.filter((url) => heavy.some((name) => url.includes(`/node_modules/${name}/`)))).toEqual([]);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildOnce } from "../../e2e/kit/build.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { cpuOf, residentMb } from "../kit/cpu.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "packages/livekeeper/bin/livekeeper.js");
const fastify = `
	import { fastify } from "fastify";
	const app = fastify();
	app.get("/", () => "ok");
	await app.listen({ port: 0, host: "127.0.0.1" });
	console.log("listening");
`;
const nothing = `console.log("listening"); setInterval(() => undefined, 1e6);`;

const bare = "a bare Fastify, from sources as they are installed";
const shared = { of: "service", better: "lower" } as const;
const figures: Figure[] = [
	{
		...{ ...shared, name: "start, until listening", measure: "wall", unit: "ms", goal: 400 },
		what: "from the start of the process until it listens, its data folder new, what was compiled kept from the run before",
	},
	{
		...{ ...shared, name: "start, CPU", measure: "cpu", unit: "ms of CPU", dividedBy: "fastify" },
		what: `CPU of all threads until it listens ÷ ${bare}`,
	},
	{
		...{ ...shared, name: "start, resident", measure: "rss", unit: "MB", goal: 120 },
		what: "resident memory when it listens, before the first room",
	},
	{
		...{ ...shared, name: "start, above Node", measure: "rss", unit: "MB", above: "node" },
		what: "the same − a Node process that does nothing",
	},
];

export const start: Bench = {
	name: "start",
	figures,
	rounds: 5,
	async prepare() {
		buildOnce();
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-start-"));
		let runs = 0;
		const serve = () => ["--data-dir", join(folder, `${runs++}`), "--port", "0", "--log-format", "json"];
		const service = (signal?: NodeJS.Signals) => started([program, "serve", ...serve()], /正在监听/, folder, signal);
		// Compiled code is stored when a process ends in order, which it can once it is ready.
		await service("SIGTERM");
		return {
			sides: {
				service: () => service(),
				fastify: () => started(["--input-type=module", "--eval", fastify], /listening/),
				node: () => started(["--eval", nothing], /listening/),
			},
			close: () => rmSync(folder, { recursive: true, force: true }),
		};
	},
};

async function started(
	args: readonly string[],
	listening: RegExp,
	cache = "",
	signal: NodeJS.Signals = "SIGKILL",
): Promise<Measured> {
	const startedAt = performance.now();
	const env = { ...process.env, XDG_CACHE_HOME: cache };
	const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
	const exited = once(child, "exit");
	let said = "";
	await new Promise<void>((resolve, reject) => {
		child.stdout.on("data", (chunk: Buffer) => {
			said += chunk;
			if (listening.test(said)) resolve();
		});
		child.once("exit", (code) => reject(new Error(`It ended with ${code} before it listened: ${said}`)));
	});
	const wall = performance.now() - startedAt;
	const { pid = 0 } = child;
	const took = { wall, cpu: cpuOf(pid).all, rss: residentMb(pid) };
	if (signal === "SIGTERM") await ready(/http:\/\/[\d.:]+/.exec(said)?.[0] ?? "");
	child.kill(signal);
	const [code] = await exited;
	if (signal === "SIGTERM" && code !== 0)
		throw new Error(`It ended with ${code}, and has written down nothing: ${said}`);
	return { did: { processes: 1 }, took };
}

async function ready(url: string): Promise<void> {
	while (!(await fetch(`${url}/health/ready`)).ok) await pause(20);
}

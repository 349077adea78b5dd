import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { ClusterNode } from "./cluster/nodes.ts";
import { distinctCommands, documentedPages } from "./kit/documented-commands.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

/** Runs every command of a page as written, except for the ports: service and simulator belong to the test. */
const root = fileURLToPath(new URL("..", import.meta.url));
/** Commands that run until they are stopped, with the output that proves that they work. */
const lasting: [pattern: RegExp, sign: RegExp][] = [
	[/^npm start/, /正在监听/],
	[/livekeeper watch/, /chat|member|like/],
	[/livekeeper serve/, /正在监听/],
	[/target-receiver/, /Listening on port \d+/],
	[/livekeeper beside/, /Watching|正在监视/],
	[/livekeeper simulate/, /http:\/\/127\.0\.0\.1:\d+/],
	[/^nats-server/, /Server is ready/],
];

/** Whether a command is for a cluster: these run against the test's own NATS servers and node. */
const isOfCluster = (command: string) => /nats|livekeeper nodes/.test(command);

/** The first runs this very test; the second installs what the workspace already has. */
const notRun = new Set(["npm test", "npm install @duckdb/node-api@1.5.6-r.1"]);

describe("the commands of the documentation", () => {
	let rig: Rig;
	let folder: string;
	/** The node that `livekeeper nodes` asks. */
	let node: ClusterNode | undefined;
	const nats: Record<"alone" | "three", NatsServers | undefined> = { alone: undefined, three: undefined };
	const children = new Set<ChildProcess>();

	beforeAll(async () => {
		rig = await Rig.start({ speed: 1, simulator: { rooms: 3, rate: 20 }, start: [] });
		folder = mkdtempSync(join(tmpdir(), "livekeeper-docs-"));
		rig.simulator.addRoom("261378947940");
		for (const liveId of ["1001", "1002", "1003", "261378947940"]) await rig.startRoom(liveId);
		await rig.untilConnected("1001");
		if (!hasNats) return;
		nats.alone = await startNatsServers(1);
		nats.three = await startNatsServers(3);
		const ports = nats.three.urls.map((url) => Number(new URL(url).port));
		node = await ClusterNode.create({ node: "of-the-test", nats: ports, upstream: rig.simulator.port });
		await node.service.start();
	});

	afterAll(async () => {
		for (const child of children) signal(child, "SIGKILL");
		await node?.close();
		await nats.alone?.stop();
		await nats.three?.stop();
		await rig.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	function run(command: string): { child: ChildProcess; output: () => string } {
		const found = withoutNpx(command);
		const line = found
			.replaceAll(/(127\.0\.0\.1|localhost):7001/g, `127.0.0.1:${rig.service.port}`)
			.replaceAll(/(127\.0\.0\.1|localhost):7002/g, `127.0.0.1:${rig.simulator.port}`)
			.replace(/--port (7001|7002|7011|8080)/, "--port 0")
			.replace("D:\\录播", mkdtempSync(join(folder, "videos-")))
			.replace(/-p 4222/, "-p -1")
			.replace(/nats:\/\/127\.0\.0\.1:4222/, nats.alone?.urls.join() ?? "")
			.replace(/nats:\/\/10\.0\.0\.1:4222\S*/, nats.three?.urls.join() ?? "")
			.replace(/^((?:(?:npx )?tsx|python3) examples\/(?!library|target).*)$/, `$1 --url ${rig.service.url}`)
			.replace(/^curl -s/, "curl -sS --fail-with-body");
		const serves = /^npm start|livekeeper serve/.test(command);
		const env: NodeJS.ProcessEnv = {
			...process.env,
			LIVEKEEPER_PORT: serves ? "0" : String((/livekeeper nodes/.test(command) ? node : rig)?.service.port),
			...(isOfCluster(command) && { LIVEKEEPER_SECRET: "the secret of all nodes" }),
			LIVEKEEPER_UPSTREAM_URL: rig.simulator.url,
			LIVEKEEPER_DATA_DIR: mkdtempSync(join(folder, "data-")),
			// Debian installs nats-server with the system administration commands.
			PATH: `${root}node_modules/.bin:${process.env["PATH"]}:/usr/sbin`,
		};
		// Exports write files, which belong in a folder of their own; a cookie file is where the previous line wrote it.
		const cwd = /^livekeeper (?!identity)|^nats-server /.test(found) ? folder : root;
		const child = spawn("bash", ["-c", line.includes("||") ? line : `exec ${line}`], {
			cwd,
			env,
			detached: true,
			stdio: ["ignore", "pipe", "pipe"],
		});
		children.add(child);
		child.once("exit", () => children.delete(child));
		let text = "";
		child.stdout.on("data", (chunk: Buffer) => (text += chunk));
		child.stderr.on("data", (chunk: Buffer) => (text += chunk));
		return { child, output: () => text };
	}

	/** Starts a room again that an earlier page has stopped. */
	async function prepare(command: string): Promise<void> {
		if (/stop|DELETE .*rooms\/1001$/.test(command)) await rig.startRoom("1001");
		if (/watch|examples|rooms\/1001/.test(command)) await rig.startRoom("1001");
	}

	const all = distinctCommands(documentedPages());

	test("exist", () => {
		expect(all.length).toBeGreaterThan(20);
	});

	test.for(all.filter(({ command }) => !notRun.has(command)))("$page: $command", async ({ command }, { skip }) => {
		skip(isOfCluster(command) && !hasNats, "no nats-server");
		await prepare(command);
		const { child, output } = run(command);
		const exited = once(child, "exit");
		const sign = lasting.find(([pattern]) => pattern.test(command))?.[1];
		if (sign) {
			await until(`${command} works`, () => sign.test(output()), { describe: output });
			signal(child, "SIGINT");
		}
		const [code, by] = await exited;
		// npm forwards a signal and then ends by it itself; tsx reports it with the exit code that shells use.
		const interrupted = by === "SIGINT" || code === 130;
		expect(sign && interrupted ? 0 : code, output()).toBe(0);
	});
});

/** Signals the command and all its children, as a terminal does. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
	if (pid !== undefined) process.kill(-pid, name);
}

const foundByNpx = new Set<string>();

/** Checks once that npx finds a program, then runs it directly from the same folder, in half the time. */
function withoutNpx(command: string): string {
	const program = /^npx (\S+)/.exec(command)?.[1];
	if (program === undefined) return command;
	if (foundByNpx.has(program)) return command.slice("npx ".length);
	foundByNpx.add(program);
	return command;
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { until } from "./kit/until.ts";

/*
 * There is no container engine where this runs. The image's command runs in kernel namespaces instead, which are what
 * an engine makes a container of: as process 1, as a user without privileges or a home, with its own files read-only.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const dockerfile = readFileSync(`${root}Dockerfile`, "utf8");
/** A user without an entry or a home, as with engines that run each container as a different user. */
const user = 54_321;

const namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"];
/** Mounts the files read-only, drops every privilege, and executes the command that follows. */
const confine = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec setpriv --reuid=${user} --regid=${user} --clear-groups --no-new-privs --bounding-set=-all "$@"`;

const isPossible =
	process.platform === "linux" && spawnSync(namespaces[0] ?? "", [...namespaces.slice(1), "exit 0"]).status === 0;

/** Returns the words of an instruction in its exec form. */
function words(instruction: string): string[] {
	const [, list = "[]"] = new RegExp(`^${instruction} (\\[.*\\])$`, "m").exec(dockerfile) ?? [];
	return JSON.parse(list) as string[];
}

describe.skipIf(!isPossible)(
	`the image's command${isPossible ? "" : " (skipped: no rights to make namespaces)"}`,
	() => {
		let folder: string;
		const dataFolder = (name: string) => join(folder, name);
		let child: ChildProcess;
		let output = "";
		let port: number;

		/**
		 * @param name name of its data folder. A process beside the first also has its own port, because a taken one would
		 * end it.
		 */
		function start(command: string[], name: "data" | "early" = "data", environment = {}): ChildProcess {
			const [program = "", ...args] = [...namespaces, confine, root, ...command];
			return spawn(program, args, {
				stdio: ["ignore", "pipe", "pipe"],
				env: {
					PATH: process.env["PATH"],
					NODE_ENV: "production",
					LIVEKEEPER_DATA_DIR: dataFolder(name),
					LIVEKEEPER_API_KEY: "key-0123456789abcdef",
					LIVEKEEPER_PORT: name === "data" ? String(port) : "0",
					LIVEKEEPER_UPSTREAM_URL: "http://127.0.0.1:9",
					...environment,
				},
			});
		}

		beforeAll(async () => {
			folder = mkdtempSync(join(tmpdir(), "livekeeper-container-"));
			for (const name of ["data", "early"]) {
				mkdirSync(dataFolder(name));
				chownSync(dataFolder(name), user, user);
			}
			chownSync(folder, user, user);
			port = await freePort();
			child = start([...words("ENTRYPOINT"), ...words("CMD")]);
			for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk));
			await until("the service listens", () => /正在监听/.test(output) || child.exitCode !== null, {
				describe: () => output,
			});
		});

		afterAll(() => {
			child?.kill("SIGKILL");
			rmSync(folder, { recursive: true, force: true });
		});

		async function healthCheck(): Promise<unknown> {
			const [status] = await once(start(healthWords()), "exit");
			return status;
		}

		test("writes only its data folder, and is reported healthy", async () => {
			expect(readdirSync(dataFolder("data"))).toContain("livekeeper.db");
			expect(await healthCheck()).toBe(0);
		});

		test("stops at once, as process 1, during its start", async () => {
			// A NATS server that says nothing keeps it starting. While SQLite opened in a thread, the exit could crash the addon.
			const silent = createServer();
			silent.listen(0, "127.0.0.1");
			await once(silent, "listening");
			onTestFinished(() => void silent.close());
			const { port: natsPort } = silent.address() as AddressInfo;
			const early = start([...words("ENTRYPOINT"), ...words("CMD")], "early", {
				LIVEKEEPER_CLUSTER: `nats://127.0.0.1:${natsPort}`,
				LIVEKEEPER_SECRET: "secret-0123456789abcdef",
			});
			let said = "";
			for (const stream of [early.stdout, early.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk));
			const ended = once(early, "exit");
			// Node itself takes a moment before anything can handle signals.
			while (early.exitCode === null && early.signalCode === null) {
				try {
					const inner = innerOf(early);
					if (inner !== undefined) process.kill(inner, "SIGTERM");
				} catch (gone) {
					if (!/ESRCH|ENOENT/.test(String(gone))) throw gone;
				}
				await Promise.race([ended, pause(20)]);
			}
			expect([early.exitCode, early.signalCode, said]).toEqual([143, null, expect.not.stringContaining("正在监听")]);
		});

		test("stops cleanly on SIGTERM as process 1, then unhealthy", async () => {
			const inner = innerOf(child) ?? 0;
			expect(readFileSync(`/proc/${inner}/status`, "utf8")).toMatch(/^NSpid:\s+\d+(\s+\d+)*\s+1$/m);
			expect(readFileSync(`/proc/${inner}/status`, "utf8")).toMatch(/^CapEff:\s+0+$/m);
			process.kill(inner, "SIGTERM");
			const [status] = await once(child, "exit");
			expect([status, output]).toEqual([0, expect.stringContaining("livekeeper 已停止")]);
			expect(await healthCheck()).toBe(1);
		});
	},
);

/** Returns the process that is number 1 inside; `undefined` before it exists. */
function innerOf({ pid }: ChildProcess): number | undefined {
	const [inner = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
	return inner === "" ? undefined : Number(inner);
}

function healthWords(): string[] {
	const [, list = "[]"] = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(dockerfile.replaceAll("\\\n", "")) ?? [];
	return JSON.parse(list) as string[];
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/base/src/free-port.helpers.ts";
import { unpacked, writeArchive } from "../packages/livekeeper/src/updates/archives.helpers.ts";
import { version } from "../packages/livekeeper/src/version.ts";
import { until } from "./kit/until.ts";
import { filesOf, linkLibraries, next, ServiceProbe, signer } from "./kit/updates.ts";

/** Node as an archive has it. */
const node = { path: "app/node", content: Buffer.from(`#!/bin/sh\nexec "${process.execPath}" "$@"\n`), mode: 0o755 };

function folderAbove(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-update-test-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	linkLibraries(folder);
	return folder;
}

test.runIf(process.platform === "linux")("restarts the running service into the installed version", async () => {
	const simulator = await startSimulator({ port: 0, rooms: 1, rate: 20, seed: 4 });
	onTestFinished(() => simulator.close());
	const folder = folderAbove();
	const root = unpacked(filesOf(version, node), folder);
	const port = await freePort();
	const probe = new ServiceProbe(port);
	const { PATH = "" } = process.env;
	const env = {
		PATH,
		HOME: folder,
		LIVEKEEPER_PORT: `${port}`,
		LIVEKEEPER_UPSTREAM_URL: simulator.url,
		LIVEKEEPER_LANG: "en",
	};
	let output = "";
	const service: ChildProcess = spawn(join(root, "livekeeper"), ["serve"], {
		cwd: folder,
		env,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const exited = once(service, "close");
	onTestFinished(async () => {
		service.kill("SIGKILL");
		await exited;
	});
	for (const stream of [service.stdout, service.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk));
	const describe = () => output;
	await until("the service is ready", () => probe.isReady(), { describe });
	expect(await probe.version()).toBe(version);
	await probe.startRoom("1001");
	await until("messages arrive", async () => (await probe.chats()).length >= 5, { describe });
	const before = await probe.chats();

	const { key, publicKey } = signer();
	const archive = { name: `livekeeper-${next}-linux-x64.tar.gz`, files: filesOf(next, node), key };
	const from = await writeArchive(folder, archive);
	const args = ["update", "--from", from, "--key", publicKey, "--no-backup"];
	const { stdout } = await promisify(execFile)(join(root, "livekeeper"), args, { cwd: folder, env });
	expect(stdout).toContain(`The running service is version ${next} now.`);
	expect(await probe.version()).toBe(next);
	expect(service.exitCode).toBe(null);
	expect(readFileSync(join(root, "current.txt"), "utf8")).toBe(`app-${next}\n`);
	expect((await probe.chats()).slice(0, before.length)).toEqual(before);
	await until("the room continues", async () => (await probe.chats()).length > before.length, { describe });
	service.kill("SIGTERM");
	expect(await exited, output).toEqual([0, null]);
});

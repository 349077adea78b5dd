import { type ChildProcess, execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../packages/livekeeper/src/free-port.helpers.ts";
import {
	type ArchiveFile,
	unpacked,
	versionFiles,
	writeArchive,
} from "../packages/livekeeper/src/updates/archives.helpers.ts";
import { version } from "../packages/livekeeper/src/version.ts";
import { until } from "./kit/until.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const next = "99.0.0";

/** Returns an archive's files for this system. Its libraries are those of the repository, which lie in a folder above. */
function filesOf(named: string): ArchiveFile[] {
	const from = join(repository, "packages/livekeeper");
	const own = [
		"package.json",
		"bin/livekeeper.js",
		...readdirSync(join(from, "dist/bundle")).map((name) => `dist/bundle/${name}`),
	];
	const program = own.map((name) => {
		const text = readFileSync(join(from, name), "utf8").replaceAll(`"${version}"`, `"${named}"`);
		return { path: `app/node_modules/livekeeper/${name}`, content: Buffer.from(text), mode: 0o644 };
	});
	const node = { path: "app/node", content: Buffer.from(`#!/bin/sh\nexec "${process.execPath}" "$@"\n`), mode: 0o755 };
	return versionFiles(named, [node, ...program]);
}

function folderAbove(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-update-test-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
	return folder;
}

test.runIf(process.platform === "linux")("restarts the running service into the installed version", async () => {
	const simulator = await startSimulator({ port: 0, rooms: 1, rate: 20, seed: 4 });
	onTestFinished(() => simulator.close());
	const folder = folderAbove();
	const root = unpacked(filesOf(version), folder);
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
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
	const ask = async <Reply>(path: string): Promise<Reply | undefined> => {
		const response = await fetch(`${url}${path}`).catch(() => undefined);
		return response?.ok ? ((await response.json()) as Reply) : undefined;
	};
	const versionNow = async () => (await ask<{ update: { version: string } }>("/api/v1/update"))?.update.version;
	const chats = async () =>
		(await ask<{ events: { seq: number; id: string }[] }>("/api/v1/rooms/1001/events?types=chat&limit=1000"))?.events ??
		[];
	const describe = () => output;
	await until("the service is ready", () => ask("/health/ready"), { describe });
	expect(await versionNow()).toBe(version);
	await fetch(`${url}/api/live/start`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ live_id: "1001" }),
	});
	await until("messages arrive", async () => (await chats()).length >= 5, { describe });
	const before = await chats();

	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const archive = { name: `livekeeper-${next}-linux-x64.tar.gz`, files: filesOf(next), key: privateKey };
	const from = await writeArchive(folder, archive);
	const key = publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("base64");
	const args = ["update", "--from", from, "--key", key, "--no-backup"];
	const { stdout } = await promisify(execFile)(join(root, "livekeeper"), args, { cwd: folder, env });
	expect(stdout).toContain(`The running service is version ${next} now.`);
	expect(await versionNow()).toBe(next);
	expect(service.exitCode).toBe(null);
	expect(readFileSync(join(root, "current.txt"), "utf8")).toBe(`app-${next}\n`);
	expect((await chats()).slice(0, before.length)).toEqual(before);
	await until("the room continues", async () => (await chats()).length > before.length, { describe });
	service.kill("SIGTERM");
	expect(await exited, output).toEqual([0, null]);
});

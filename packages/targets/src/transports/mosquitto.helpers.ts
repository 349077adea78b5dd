import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "@livekeeper/base/src/free-port.helpers.ts";
import { onTestFinished } from "vitest";

/** Adds the folders of administrators' programs, which are not in every user's path. */
const env = { ...process.env, PATH: [process.env["PATH"], "/usr/sbin", "/usr/local/sbin"].join(delimiter) };

/** Whether tests that need a real MQTT broker can run. */
export const hasMosquitto = spawnSync("mosquitto", ["-h"], { encoding: "utf8", env }).error === undefined;
if (!hasMosquitto) console.info("mosquitto is not installed (Debian: mosquitto): tests that need it are skipped");

/** A mosquitto on a free port of this machine. */
export interface Mosquitto {
	readonly url: string;
	kill(): Promise<void>;
	/** Starts it on the same port. */
	start(): Promise<void>;
}

/** @param password password of the user `livekeeper`, required to connect */
export async function startMosquitto(password?: string): Promise<Mosquitto> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-mosquitto-"));
	const port = await freePort();
	const file = join(folder, "mosquitto.conf");
	const users = join(folder, "users");
	const lines = [`listener ${port} 127.0.0.1`, `allow_anonymous ${password === undefined}`];
	if (process.getuid?.() === 0) lines.push("user root");
	if (password !== undefined) {
		spawnSync("mosquitto_passwd", ["-b", "-c", users, "livekeeper", password], { env });
		lines.push(`password_file ${users}`);
	}
	writeFileSync(file, `${lines.join("\n")}\n`);
	let child: ChildProcess | undefined;
	const start = async () => {
		child = spawn("mosquitto", ["-c", file], { env, stdio: ["ignore", "ignore", "pipe"] });
		if (!child.stderr) throw new Error("no output");
		for await (const line of createInterface({ input: child.stderr })) if (/running$/.test(line)) break;
		child.stderr.resume();
	};
	const kill = async () => {
		if (child?.exitCode !== null || child.signalCode !== null) return;
		child.kill("SIGKILL");
		await once(child, "exit");
	};
	onTestFinished(async () => {
		await kill();
		rmSync(folder, { recursive: true });
	});
	await start();
	return { url: `mqtt://127.0.0.1:${port}`, kill, start };
}

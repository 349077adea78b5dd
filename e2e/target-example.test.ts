import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const secret = "0123456789abcdef";

test("the example receiver verifies a room's events, then exits", async () => {
	const rig = await Rig.start({ speed: 1, simulator: { rate: 20 }, config: { target_allow_private: true } });
	onTestFinished(() => rig.stop());
	await rig.untilConnected("1001");
	const args = [
		"node_modules/tsx/dist/cli.mjs",
		"examples/target-receiver.ts",
		"--port",
		"0",
		"--secret",
		secret,
		"--count",
		"5",
	];
	const receiver = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
	onTestFinished(() => void receiver.kill("SIGKILL"));
	const ended = once(receiver, "exit");
	let [errors, shown] = ["", ""];
	receiver.stderr.on("data", (chunk: Buffer) => {
		errors += chunk;
	});
	receiver.stdout.on("data", (chunk: Buffer) => {
		shown += chunk;
	});
	const port = await until("the receiver listens", () => /Listening on port (\d+)/.exec(errors)?.[1], {
		describe: () => errors,
	});
	const target = { settings: { url: `http://127.0.0.1:${port}/`, secret }, live_ids: ["1001"], after: "oldest" };
	const { status, body } = await rig.request("POST", "/api/v1/targets", target);
	expect(status, JSON.stringify(body)).toBe(201);
	expect((await ended)[0], errors).toBe(0);
	const seqs = shown
		.trim()
		.split("\n")
		.map((line) => Number(line.split(" ")[0]));
	expect(seqs).toEqual([1, 2, 3, 4, 5]);
});

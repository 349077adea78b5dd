import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

describe("the first example of a package's README", () => {
	let rig: Rig;
	let folder: string;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "livekeeper-readmes-"));
		symlinkSync(`${root}node_modules`, join(folder, "node_modules"), "junction");
		rig = await Rig.start({ speed: 5, simulator: { rate: 30 }, start: [] });
		rig.simulator.addRoom("261378947940");
	});

	afterAll(async () => {
		await rig?.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	/** Runs a README's `ts` block, which has no types, in the test's folder, with its service and site. */
	function run(name: string) {
		const readme = readFileSync(`${root}packages/${name}/README.md`, "utf8");
		const [, block = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
		const code = block
			.replace("http://127.0.0.1:7001", rig.url)
			.replace('{ cookie: "sessionid=…"', `{ baseUrl: "${rig.simulator.url}", cookie: "sessionid=made-up"`)
			.replace('data_dir: "./data"', `data_dir: "./data", upstream_url: "${rig.simulator.url}"`);
		writeFileSync(join(folder, `${name}.mjs`), code);
		const child = spawn(process.execPath, [`${name}.mjs`], { cwd: folder });
		let [out, err] = ["", ""];
		child.stdout.on("data", (chunk: Buffer) => (out += chunk));
		child.stderr.on("data", (chunk: Buffer) => (err += chunk));
		return { child, output: () => out, errors: () => err };
	}

	test.each([
		["client", /^\d+ .+/m],
		["douyin", /^.+ .+/m],
	])("%s prints events until it is stopped", async (name, line) => {
		const { child, output, errors } = run(name);
		const exited = once(child, "exit");
		await until("an event is printed", () => line.test(output()), { describe: () => [output(), errors()] });
		child.kill("SIGKILL");
		await exited;
		expect(errors()).toBe("");
	});

	test.each(["livekeeper", "simulator", "base", "log", "engine", "targets"])("%s runs to its end", async (name) => {
		const { child, errors } = run(name);
		const [status] = await once(child, "exit");
		expect([status, errors()]).toEqual([0, ""]);
	});
});

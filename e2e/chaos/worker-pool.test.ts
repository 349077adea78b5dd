import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../kit/leftovers.ts";
import { until } from "../kit/until.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Creates a worker that runs this code on its order, and a file that it may write. */
function worker(body: string): { program: string; outputFile: string } {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-worker-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const program = join(folder, "worker.mjs");
	const outputFile = join(folder, "output");
	const head = `
		import { spawn, execFileSync } from "node:child_process";
		import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
		const tell = (words) => { writeFileSync("${outputFile}.new", words); renameSync("${outputFile}.new", "${outputFile}"); };`;
	writeFileSync(program, `${head}\nprocess.once("message", async ({ seed, folder }) => {\n${body}\n});`);
	return { program, outputFile };
}

const order = (seed: number) => ({ seed, limits: {} });

test("kills a hung run with its children and reports it", async () => {
	const { program, outputFile } = worker(`
		const { pid } = spawn("sleep", ["600"]);
		process.send({ doing: "the 3rd step" }, () => {
			tell(String(pid));
			for (;;);
		});`);
	const clock = new ManualClock();
	const pool = new WorkerPool({ size: 1, program, clock });
	const report = pool.run(order(5));
	await until("the run is under way", () => existsSync(outputFile));
	const pid = Number(readFileSync(outputFile, "utf8"));
	expect(isAlive(pid)).toBe(true);
	await until("its report has arrived", async () => {
		await clock.advance(60_000);
		return Promise.race([report, new Promise((resolve) => setTimeout(resolve, 20))]);
	});
	const words = "the run itself said nothing for 360 s and was killed, at the 3rd step: ";
	expect(await report).toMatchObject({ seed: 5, broken: [words] });
	await until("its child process has ended", () => !isAlive(pid));
});

test("reports a crashed run's output, and runs the next", async () => {
	const { program } = worker(`
		if (seed === 1) throw new Error("out of luck");
		rmSync(folder, { recursive: true });
		process.send({ report: { seed, broken: [] } });`);
	const pool = new WorkerPool({ size: 1, program });
	const [died, ended] = await Promise.all([pool.run(order(1)), pool.run(order(2))]);
	expect(died?.broken[0]).toMatch(/^the run itself ended with 1, at nothing yet: [\s\S]*out of luck/);
	expect(ended).toEqual({ seed: 2, broken: [] });
});

test("removes a killed run's folder with its mounts", async () => {
	const { program, outputFile } = worker(`
		mkdirSync(folder + "/disk");
		let mounted = true;
		try { execFileSync("mount", ["-t", "tmpfs", "tmpfs", folder + "/disk"], { stdio: "ignore" }); } catch { mounted = false; }
		writeFileSync(folder + "/disk/file", "stored");
		tell(folder);
		setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);`);
	const report = await new WorkerPool({ size: 1, program }).run(order(1));
	expect(report.broken[0]).toContain("SIGKILL");
	const folder = readFileSync(outputFile, "utf8");
	expect(existsSync(folder)).toBe(false);
	expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
});

test("removes folders of killed pools, but none in use", () => {
	const gone = spawnSync(process.execPath, ["--eval", ""]).pid;
	const [left, held] = [gone, process.pid].map((pid) => mkdtempSync(join(tmpdir(), `livekeeper-chaos-${pid}-`)));
	onTestFinished(() => rmSync(held ?? "", { recursive: true }));
	new WorkerPool({ size: 1 });
	expect([existsSync(left ?? ""), existsSync(held ?? "")]).toEqual([false, true]);
});

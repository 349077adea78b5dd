import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { SmallDisk } from "./small-disk.ts";

const mayMount = SmallDisk.mount(1);
mayMount?.unmount();
const root = fileURLToPath(new URL("../..", import.meta.url));

test.skipIf(!mayMount)("unmounts what a killed process has left", () => {
	const under = mkdtempSync(join(tmpdir(), "livekeeper-small-disk-"));
	onTestFinished(() => rmSync(under, { recursive: true, force: true }));
	const program = `
		import { SmallDisk } from "./e2e/kit/small-disk.ts";
		const disk = SmallDisk.mount(1, ${JSON.stringify(under)});
		disk.fill();
		disk.makeReadOnly();
		process.stdout.write(disk.path);
		process.kill(process.pid, "SIGKILL");`;
	const run = ["--import", "tsx", "--input-type=module", "--eval", program];
	const { stdout: left, signal } = spawnSync(process.execPath, run, { cwd: root, encoding: "utf8" });
	expect(signal).toBe("SIGKILL");
	expect(readFileSync("/proc/self/mounts", "utf8")).toContain(left);
	const disk = SmallDisk.mount(1, under);
	onTestFinished(() => disk?.unmount());
	expect(existsSync(left)).toBe(false);
	expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(left);
	expect(disk && readFileSync("/proc/self/mounts", "utf8")).toContain(disk?.path);
});

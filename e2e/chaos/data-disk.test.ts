import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { SmallDisk } from "../kit/small-disk.ts";
import { DataDisk } from "./data-disk.ts";

const mayMount = SmallDisk.mount(1);
mayMount?.unmount();

/** A process that keeps a file open, and reports the results of writing to it and to a new file. */
const program = `
	const fs = require("node:fs");
	const held = fs.openSync(process.argv[2] + "/held", "w");
	const outcome = (write) => { try { write(); return "ok"; } catch (error) { return error.code; } };
	process.on("message", () => process.send([
		outcome(() => fs.writeSync(held, Buffer.alloc(98_304))),
		outcome(() => fs.writeFileSync(process.argv[2] + "/" + Math.random(), Buffer.alloc(98_304))),
	]));
	process.send("ready");`;

function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-data-disk-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function writerOn(disk: DataDisk): Promise<() => Promise<string[]>> {
	const file = join(aFolder(), "writer.cjs");
	writeFileSync(file, program);
	const child: ChildProcess = fork(file, [disk.dataDir]);
	onTestFinished(() => void child.kill("SIGKILL"));
	await once(child, "message");
	disk.runningPid = () => child.pid;
	return async () => {
		child.send("write");
		const [outcomes] = await once(child, "message");
		return outcomes;
	};
}

function onClock(disturbed: boolean) {
	const clock = new ManualClock();
	const disk = new DataDisk({ folder: aFolder(), disturbed, clock });
	onTestFinished(() => disk.close());
	return { clock, disk };
}

test.skipIf(!mayMount)("fails all writes on a full disk until freed", async () => {
	const { disk } = onClock(true);
	const write = await writerOn(disk);
	expect(await write()).toEqual(["ok", "ok"]);
	expect(disk.become("full")).toBe(true);
	expect(await write()).toEqual(["ENOSPC", "ENOSPC"]);
	disk.become("fine");
	expect(await write()).toEqual(["ok", "ok"]);
});

test.skipIf(!mayMount)("ignores a writer that has just ended", () => {
	const { disk } = onClock(true);
	const gone = spawnSync(process.execPath, ["--eval", ""]).pid;
	disk.runningPid = () => gone;
	expect(disk.become("read_only")).toBe(true);
	expect(disk.become("fine")).toBe(true);
});

test.skipIf(!mayMount)("fills space freed on a full disk on refill", () => {
	const { disk } = onClock(true);
	writeFileSync(join(disk.dataDir, "large"), Buffer.alloc(1_000_000));
	disk.become("full");
	rmSync(join(disk.dataDir, "large"));
	disk.refill();
	expect(() => writeFileSync(join(disk.dataDir, "other"), Buffer.alloc(98_304))).toThrow("ENOSPC");
});

test.skipIf(!mayMount)("fails all writes on a read-only disk, but no reads", async () => {
	const { disk } = onClock(true);
	const write = await writerOn(disk);
	writeFileSync(join(disk.dataDir, "known"), "known");
	disk.become("read_only");
	expect(await write()).toEqual(["EFBIG", "EROFS"]);
	expect(readFileSync(join(disk.dataDir, "known"), "utf8")).toBe("known");
	disk.become("fine");
	expect(await write()).toEqual(["ok", "ok"]);
});

test.skipIf(!mayMount)("remembers when the disk was disturbed", async () => {
	const { disk, clock } = onClock(true);
	const began = clock.now();
	await clock.advance(1_000);
	disk.become("full");
	await clock.advance(1_000);
	disk.become("read_only");
	await clock.advance(1_000);
	disk.become("fine");
	await clock.advance(1_000);
	const was = (from: number, to: number) => disk.wasDisturbed(began + from, began + to);
	expect([was(0, 999), was(0, 1_000), was(2_500, 2_600), was(3_000, 4_000), was(3_001, 4_000)]).toEqual([
		false,
		true,
		true,
		true,
		false,
	]);
});

test("refuses disturbances without a file system of its own", () => {
	const { disk } = onClock(false);
	expect([disk.become("full"), disk.state]).toEqual([false, "fine"]);
	writeFileSync(join(disk.dataDir, "file"), "stored");
});

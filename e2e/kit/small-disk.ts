import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftovers, ownPrefix } from "./leftovers.ts";

const prefix = "livekeeper-disk-";
/** So much is written at once while a disk is filled; what is left then is filled by the block. */
const fillSteps = [262_144, 4_096];
const readOnlyTries = 20;

/** A file system of a few megabytes that a test can fill and make read-only. */
export class SmallDisk {
	readonly path: string;
	readonly #ballast: string;

	/** @returns `undefined` where this user may not mount one */
	static mount(megabytes: number, under = tmpdir()): SmallDisk | undefined {
		if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
		SmallDisk.sweep(under);
		const path = mkdtempSync(join(under, ownPrefix(prefix)));
		try {
			execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path], { stdio: "ignore" });
		} catch {
			rmSync(path, { recursive: true });
			return undefined;
		}
		return new SmallDisk(path);
	}

	/** Takes away what processes that were killed have left mounted in a folder. */
	static sweep(under = tmpdir()): void {
		for (const left of leftovers(under, prefix)) takeAway(left);
	}

	private constructor(path: string) {
		this.path = path;
		this.#ballast = join(path, "ballast");
	}

	/** Takes all the space there is, also while others write. */
	fill(): void {
		const ballast = openSync(this.#ballast, "a");
		try {
			for (const bytes of fillSteps) writeUntilFull(ballast, Buffer.alloc(bytes, 1));
		} finally {
			closeSync(ballast);
		}
	}

	/** Gives back what `fill` took. */
	empty(): void {
		rmSync(this.#ballast, { force: true });
	}

	/** From now on nothing can be opened for writing, made, renamed or removed on it. What is open for writing stays so. */
	makeReadOnly(): void {
		// A mount of its own above the first: a remount of that is refused while files are open for writing.
		for (let triesLeft = readOnlyTries; ; triesLeft--) {
			execFileSync("mount", ["--bind", this.path, this.path], { stdio: "pipe" });
			try {
				execFileSync("mount", ["-o", "remount,bind,ro", this.path], { stdio: "pipe" });
				return;
			} catch (error) {
				// Something was opened for writing by way of the new mount, before it could forbid that.
				this.makeWritable();
				if (triesLeft === 1) throw error;
			}
		}
	}

	/** Takes back what `makeReadOnly` did. What was opened in the meantime stays read-only. */
	makeWritable(): void {
		execFileSync("umount", ["--lazy", this.path], { stdio: "pipe" });
	}

	unmount(): void {
		takeAway(this.path);
	}
}

function writeUntilFull(file: number, block: Buffer): void {
	try {
		for (;;) writeSync(file, block);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
	}
}

/** One file system may lie above another at the same place. */
function takeAway(path: string): void {
	for (let mounted = true; mounted; ) {
		try {
			execFileSync("umount", ["--lazy", path], { stdio: "ignore" });
		} catch {
			mounted = false;
		}
	}
	rmSync(path, { recursive: true, force: true });
}

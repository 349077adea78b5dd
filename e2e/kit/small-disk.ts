import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftovers, ownPrefix } from "./leftovers.ts";

const prefix = "livekeeper-disk-";
/** Sizes of the writes that fill a disk: first large ones, then single blocks. */
const fillSteps = [262_144, 4_096];
const readOnlyTries = 20;

/** A file system of a few megabytes that a test can fill or make read-only. */
export class SmallDisk {
	readonly path: string;
	readonly #ballast: string;

	/** @returns `undefined` if this user may not mount one */
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

	/** Unmounts what killed processes have left in a folder. */
	static sweep(under = tmpdir()): void {
		for (const left of leftovers(under, prefix)) takeAway(left);
	}

	private constructor(path: string) {
		this.path = path;
		this.#ballast = join(path, "ballast");
	}

	/** Takes all free space, even while others write. */
	fill(): void {
		const ballast = openSync(this.#ballast, "a");
		try {
			for (const bytes of fillSteps) writeUntilFull(ballast, Buffer.alloc(bytes, 1));
		} finally {
			closeSync(ballast);
		}
	}

	/** Frees the space that `fill` took. */
	empty(): void {
		rmSync(this.#ballast, { force: true });
	}

	/**
	 * Forbids opening for writing, creating, renaming and removing files. Files already open for writing stay writable.
	 */
	makeReadOnly(): void {
		// Uses a second mount above the first, because remounting the first is refused while files are open for writing.
		for (let triesLeft = readOnlyTries; ; triesLeft--) {
			execFileSync("mount", ["--bind", this.path, this.path], { stdio: "pipe" });
			try {
				execFileSync("mount", ["-o", "remount,bind,ro", this.path], { stdio: "pipe" });
				return;
			} catch (error) {
				// A file was opened for writing through the new mount before it became read-only.
				this.makeWritable();
				if (triesLeft === 1) throw error;
			}
		}
	}

	/** Reverts `makeReadOnly`. Files opened in the meantime stay read-only. */
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

/** One file system may be mounted above another in the same place. */
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

import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of a few megabytes that a test can fill and make read-only. */
export class SmallDisk {
	readonly path: string;
	readonly #ballast: string;

	/** @returns `undefined` where this user may not mount one */
	static mount(megabytes: number): SmallDisk | undefined {
		if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
		const path = mkdtempSync(join(tmpdir(), "livekeeper-disk-"));
		try {
			execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path], { stdio: "ignore" });
		} catch {
			rmSync(path, { recursive: true });
			return undefined;
		}
		return new SmallDisk(path);
	}

	private constructor(path: string) {
		this.path = path;
		this.#ballast = join(path, "ballast");
	}

	/** Takes all the space there is, also while others write. */
	fill(): void {
		const ballast = openSync(this.#ballast, "a");
		const block = Buffer.alloc(4_096, 1);
		try {
			for (;;) writeSync(ballast, block);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
		} finally {
			closeSync(ballast);
		}
	}

	/** Gives back what `fill` took. */
	empty(): void {
		rmSync(this.#ballast, { force: true });
	}

	/** From now on nothing can be written to it; files that are open for writing stand in the way. */
	makeReadOnly(): void {
		execFileSync("mount", ["-o", "remount,ro", this.path], { stdio: "pipe" });
	}

	unmount(): void {
		execFileSync("umount", ["--lazy", this.path]);
		rmSync(this.path, { recursive: true });
	}
}

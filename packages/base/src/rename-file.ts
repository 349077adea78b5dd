import { renameSync } from "node:fs";

/** Errors on Windows while another program, such as a virus scanner, has one of the two files open. */
const busy = ["EPERM", "EACCES", "EBUSY"];
/** Waits between attempts, ms; together about a second. */
const waitsMs = [10, 20, 50, 100, 200, 300, 400];

export interface RenameDeps {
	platform: NodeJS.Platform;
	rename: (from: string, to: string) => void;
	/** Blocks the thread. */
	wait: (ms: number) => void;
}

const real: RenameDeps = { platform: process.platform, rename: renameSync, wait: sleepSync };

/**
 * Renames a file, replacing one of the new name, or a folder. On Windows a file that was just written is often held open for a
 * moment by programs that look at every new file: there it retries for about a second, which blocks the thread.
 */
export function renameFile(from: string, to: string, { platform, rename, wait }: RenameDeps = real): void {
	for (const ms of platform === "win32" ? waitsMs : []) {
		try {
			rename(from, to);
			return;
		} catch (error) {
			if (!busy.includes(String((error as NodeJS.ErrnoException).code))) throw error;
			wait(ms);
		}
	}
	rename(from, to);
}

function sleepSync(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

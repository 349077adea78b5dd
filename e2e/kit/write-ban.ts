import { execFileSync } from "node:child_process";
import { isAlive } from "./leftovers.ts";

/**
 * From now on the process can write to no file, also not to those that it holds open, until {@link allowWrites}: what a
 * file system that turns read-only under a running process is to it. Pipes and sockets stay as they are. Linux only; the
 * process has to ignore SIGXFSZ, as Node does.
 */
export function forbidWrites(pid: number): void {
	limit(pid, "0");
}

export function allowWrites(pid: number): void {
	limit(pid, "unlimited");
}

/** The soft limit alone: it may be raised again. A process that has just ended writes nothing. */
function limit(pid: number, bytes: string): void {
	try {
		execFileSync("prlimit", ["--pid", `${pid}`, `--fsize=${bytes}:`], { stdio: "pipe" });
	} catch (error) {
		if (isAlive(pid)) throw error;
	}
}

import { execFileSync } from "node:child_process";
import { isAlive } from "./leftovers.ts";

/**
 * Prevents the process from writing to any file, including open ones, until {@link allowWrites}, as if its file system
 * turned read-only. Pipes and sockets are not affected. Linux only; the process must ignore SIGXFSZ, as Node does.
 */
export function forbidWrites(pid: number): void {
	limit(pid, "0");
}

export function allowWrites(pid: number): void {
	limit(pid, "unlimited");
}

/** Sets only the soft limit, which can be raised again. A process that has just ended writes nothing. */
function limit(pid: number, bytes: string): void {
	try {
		execFileSync("prlimit", ["--pid", `${pid}`, `--fsize=${bytes}:`], { stdio: "pipe" });
	} catch (error) {
		if (isAlive(pid)) throw error;
	}
}

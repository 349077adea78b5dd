import { readdirSync, readFileSync } from "node:fs";

/** CPU time that a process has used so far, all of its threads and its main thread, ms. Of Linux. */
export function cpuOf(pid: number): { all: number; main: number } {
	const ms = (thread: string) =>
		Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
	const all = readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ms(thread), 0);
	return { all, main: ms(`${pid}`) };
}

import { readdirSync, readFileSync } from "node:fs";

/** CPU time that another process has used so far: all of its threads, and its main thread, ms. Linux only. */
export function cpuOf(pid: number): { all: number; main: number } {
	const ms = (thread: string) => {
		try {
			return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
		} catch {
			// A thread that ended meanwhile.
			return 0;
		}
	};
	const all = readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ms(thread), 0);
	return { all, main: ms(`${pid}`) };
}

/** Memory of another process that is resident, MB. Linux only. */
export function residentMb(pid: number): number {
	return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** CPU time of this process with all its threads while something runs, ms. */
export async function ownCpu(run: () => Promise<unknown> | unknown): Promise<number> {
	const before = process.cpuUsage();
	await run();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

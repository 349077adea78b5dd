import { readdirSync, readFileSync } from "node:fs";

/** Name of the thread in which the event log writes, as Linux shortens it. */
const writerName = "event-log-write";

/** Returns the CPU time of a process so far, ms: all threads, its main thread, and its log's writer. Linux only. */
export function cpuOf(pid: number): { all: number; main: number; writer: number } {
	const cpu = { all: 0, main: 0, writer: 0 };
	for (const thread of readdirSync(`/proc/${pid}/task`)) {
		try {
			const of = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, "utf8");
			const ms = Number(of("schedstat").split(" ")[0]) / 1e6;
			cpu.all += ms;
			if (thread === `${pid}`) cpu.main += ms;
			else if (of("comm").trim() === writerName) cpu.writer += ms;
		} catch {
			// A thread that ended meanwhile.
		}
	}
	return cpu;
}

/** Returns the resident memory of another process, MB. Linux only. */
export function residentMb(pid: number): number {
	return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Returns the CPU time of this process with all its threads while something runs, ms. */
export async function ownCpu(run: () => Promise<unknown> | unknown): Promise<number> {
	const before = process.cpuUsage();
	await run();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

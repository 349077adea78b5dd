import { readFileSync } from "node:fs";

const sampleMs = 100;
/** `USER_HZ` of Linux, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Measures CPU and memory of another process, from /proc. */
export class ProcessWatch {
	readonly #pid: number;
	#sampling: NodeJS.Timeout | undefined;
	#peak = 0;
	#ticks = 0;
	#startedAt = 0;

	constructor(pid: number) {
		this.#pid = pid;
	}

	begin(): void {
		this.#peak = this.#residentKb();
		this.#ticks = this.#cpuTicks();
		this.#startedAt = performance.now();
		this.#sampling = setInterval(() => {
			this.#peak = Math.max(this.#peak, this.#residentKb());
		}, sampleMs);
	}

	/** @returns CPU in percent of a core, and the peak of resident memory, MB, since `begin` */
	end(): { cpu: number; peakMb: number } {
		clearInterval(this.#sampling);
		const seconds = (performance.now() - this.#startedAt) / 1000;
		const cpu = ((this.#cpuTicks() - this.#ticks) / ticksPerSecond / seconds) * 100;
		return { cpu, peakMb: this.#peak / 1024 };
	}

	#residentKb(): number {
		return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#pid}/status`, "utf8"))?.[1]);
	}

	/** Returns user and system time of all its threads, ticks. */
	#cpuTicks(): number {
		const stat = readFileSync(`/proc/${this.#pid}/stat`, "utf8");
		// The name in parentheses may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return Number(fields[11]) + Number(fields[12]);
	}
}

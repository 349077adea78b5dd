import { Worker } from "node:worker_threads";
import type { WorldPlan } from "./plan.ts";
import type { WorldReport } from "./run.ts";
import type { Said, Task } from "./worker.ts";

/** A run and the CPU that it took, s. */
export interface Done {
	report: WorldReport;
	cpuS: number;
}

/** Runs the sources as they are, also where Node does not do so by itself (before 22.18). */
const execArgv = [
	"--conditions=livekeeper-source",
	"--experimental-strip-types",
	"--disable-warning=ExperimentalWarning",
];

/** Runs plans in threads of their own, each with a time of its own. */
export class WorldPool {
	readonly #idle: Worker[] = [];
	readonly #waiting: ((worker: Worker) => void)[] = [];
	#left: number;

	/** @param size number of threads */
	constructor(size: number) {
		this.#left = size;
	}

	/**
	 * @param onEntry receives each entry of the trace
	 * @throws Error of the run
	 */
	async run(plan: WorldPlan, onEntry?: (entry: string) => void): Promise<Done> {
		const worker = await this.#take();
		try {
			return await run(worker, { plan, traces: onEntry !== undefined }, onEntry);
		} finally {
			const next = this.#waiting.shift();
			if (next) next(worker);
			else this.#idle.push(worker);
		}
	}

	/** Ends the threads. */
	async close(): Promise<void> {
		await Promise.all(this.#idle.map((worker) => worker.terminate()));
	}

	async #take(): Promise<Worker> {
		const idle = this.#idle.pop();
		if (idle) return idle;
		if (this.#left > 0) {
			this.#left--;
			return new Worker(new URL("./worker.ts", import.meta.url), { execArgv });
		}
		return new Promise((resolve) => this.#waiting.push(resolve));
	}
}

function run(worker: Worker, task: Task, onEntry: ((entry: string) => void) | undefined): Promise<Done> {
	return new Promise((resolve, reject) => {
		const end = (settle: () => void) => {
			worker.off("message", onSaid);
			worker.off("error", onError);
			settle();
		};
		const onError = (error: Error) => end(() => reject(error));
		const onSaid = (said: Said) => {
			if ("entry" in said) onEntry?.(said.entry);
			else if ("failure" in said) end(() => reject(new Error(said.failure)));
			else end(() => resolve({ report: said.report, cpuS: said.cpuMs / 1000 }));
		};
		worker.on("message", onSaid);
		worker.on("error", onError);
		worker.postMessage(task);
	});
}

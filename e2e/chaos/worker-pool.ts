import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ChaosReport } from "./run.ts";
import type { Order } from "./worker.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const keptErrorText = 4_000;

/** Runs seeds in processes of their own, so that one which comes to grief takes nothing along. */
export class WorkerPool {
	#free: number;
	readonly #waiting: (() => void)[] = [];

	/** @param size how many run at once */
	constructor(size: number) {
		this.#free = size;
	}

	/** In the order of the calls. Never rejects: a run that fails is reported as a broken promise. */
	async run(order: Order): Promise<ChaosReport> {
		if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#free--;
		const report = await runApart(order);
		const next = this.#waiting.shift();
		if (next) next();
		else this.#free++;
		return report;
	}
}

function runApart(order: Order): Promise<ChaosReport> {
	const child = fork(program, {
		cwd: root,
		execArgv: ["--conditions=source", "--import", "tsx"],
		stdio: ["ignore", "inherit", "pipe", "ipc"],
	});
	let errors = "";
	child.stderr?.on("data", (text: Buffer) => {
		errors = `${errors}${text}`.slice(-keptErrorText);
	});
	child.send(order);
	return outcome(child, order.seed, () => errors);
}

/** The report, or one that tells how the process ended without. */
function outcome(child: ChildProcess, seed: number, errors: () => string): Promise<ChaosReport> {
	return new Promise((resolve) => {
		child.once("message", (report) => {
			resolve(report as ChaosReport);
			child.disconnect();
		});
		child.once("close", (code, signal) => {
			const broken = [`the run itself ended with ${code ?? signal}: ${errors()}`];
			const nothing = { struck: {}, verdicts: [], attempts: 0, connections: 0, backAfterMs: 0, peakRssMb: 0, looks: 0 };
			resolve({ seed, broken, ...nothing, seconds: 0 });
		});
	});
}

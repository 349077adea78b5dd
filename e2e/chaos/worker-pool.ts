import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { buildOnce } from "../kit/build.ts";
import { leftovers, ownPrefix } from "../kit/leftovers.ts";
import { SmallDisk } from "../kit/small-disk.ts";
import type { ChaosReport } from "./run.ts";
import type { Order, Word } from "./worker.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** What was built, and nothing is compiled twice: a seed starts the service many times. */
const nodeArgs = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const root = fileURLToPath(new URL("../..", import.meta.url));
const prefix = "livekeeper-chaos-";
const keptErrorText = 4_000;
/** A run without output for this long hangs, ms. Its own time limits end earlier, and say more. */
const hangsAfterMs = 360_000;

export interface WorkerPoolOptions {
	/** How many run at once. */
	size: number;
	/** What is run; default: a seed. */
	program?: string;
	/** By which it is found that a run hangs; default: the machine's. */
	clock?: Clock;
}

/**
 * Runs seeds in processes of their own, so that one which comes to grief takes nothing along. Each has a folder of its
 * own, and mounts that nobody else sees: when its last process is gone, so are they.
 */
export class WorkerPool {
	readonly #options: Required<WorkerPoolOptions>;
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(options: WorkerPoolOptions) {
		this.#options = { program, clock: systemClock, ...options };
		this.#free = options.size;
		buildOnce();
		// A run that was killed before could not tidy up.
		for (const left of leftovers(tmpdir(), prefix)) remove(left);
	}

	/** In the order of the calls. Never rejects: a run that fails is reported as a broken promise. */
	async run(order: Omit<Order, "folder">): Promise<ChaosReport> {
		if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#free--;
		const report = await this.#runApart(order);
		const next = this.#waiting.shift();
		if (next) next();
		else this.#free++;
		return report;
	}

	async #runApart(order: Omit<Order, "folder">): Promise<ChaosReport> {
		const folder = mkdtempSync(join(tmpdir(), ownPrefix(prefix)));
		const node = [process.execPath, ...nodeArgs, this.#options.program];
		const [command = "", ...args] = [...ownMounts(), ...node];
		const child = spawn(command, args, {
			cwd: root,
			stdio: ["ignore", "inherit", "pipe", "ipc"],
			// The head of a group: killed with all that it has started.
			detached: true,
			env: { ...process.env, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/livekeeper-compiled") },
		});
		try {
			child.send({ ...order, folder } satisfies Order);
			return await outcome(child, order.seed, this.#options.clock);
		} finally {
			killGroup(child);
			remove(folder);
		}
	}
}

/** Without mounts of its own a run that was killed has left the disk there. */
function remove(folder: string): void {
	SmallDisk.sweep(folder);
	rmSync(folder, { recursive: true, force: true });
}

/** How a program is started with mounts of its own: nobody else sees them, and they go with it. Empty where that can't be. */
function ownMounts(): readonly string[] {
	known ??= [["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"], []].find(
		([command, ...args]) => command === undefined || spawnSync(command, [...args, "true"]).status === 0,
	);
	return known ?? [];
}

let known: readonly string[] | undefined;

/** The report, or one that tells how the process ended without. */
function outcome(child: ChildProcess, seed: number, clock: Clock): Promise<ChaosReport> {
	return new Promise((resolve) => {
		let doing = "nothing yet";
		let errors = "";
		let hung = false;
		const watch = () =>
			clock.after(hangsAfterMs, () => {
				hung = true;
				killGroup(child);
			});
		let timer = watch();
		child.stderr?.on("data", (text: Buffer) => {
			errors = `${errors}${text}`.slice(-keptErrorText);
		});
		child.on("message", (word: Word) => {
			timer.cancel();
			timer = watch();
			if ("doing" in word) doing = word.doing;
			else resolve(word.report);
		});
		child.once("error", (error) => {
			errors += error.message;
		});
		child.once("close", (code, signal) => {
			timer.cancel();
			const end = hung ? `said nothing for ${hangsAfterMs / 1000} s and was killed` : `ended with ${code ?? signal}`;
			resolve(failed(seed, `the run itself ${end}, at ${doing}: ${errors}`));
		});
	});
}

function failed(seed: number, words: string): ChaosReport {
	const unknown = { sessions: 0, limited: false, waited: 0, struck: {}, verdicts: [], attempts: 0, connections: 0 };
	return { seed, broken: [words], ...unknown, backAfterMs: 0, peakRssMb: 0, looks: 0, seconds: 0 };
}

function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, "SIGKILL");
	} catch {
		// All of it has ended by itself.
	}
}

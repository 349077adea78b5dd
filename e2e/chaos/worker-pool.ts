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
/** Uses the build and a compile cache, because a seed starts the service many times. */
const nodeArgs = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const root = fileURLToPath(new URL("../..", import.meta.url));
const prefix = "livekeeper-chaos-";
const keptErrorText = 4_000;
/** Time without output after which a run counts as hung, ms. Its own limits are shorter and say more. */
const hangsAfterMs = 360_000;

export interface WorkerPoolOptions {
	/** Maximum number of concurrent runs. */
	size: number;
	/** Program to run; default: a seed. */
	program?: string;
	/** Clock that detects hung runs; default: the machine's. */
	clock?: Clock;
}

/**
 * Runs seeds in separate processes, so a crash affects no other run. Each has its own folder and private mounts, which
 * disappear with its last process.
 */
export class WorkerPool {
	readonly #options: Required<WorkerPoolOptions>;
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(options: WorkerPoolOptions) {
		this.#options = { program, clock: systemClock, ...options };
		this.#free = options.size;
		buildOnce();
		// A run that was killed earlier could not clean up.
		for (const left of leftovers(tmpdir(), prefix)) remove(left);
	}

	/** Runs orders in the sequence of the calls. Never rejects: a failed run is reported as a broken promise. */
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
			// Leads a process group, which is killed with everything it started.
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

/** Without private mounts, a killed run leaves its disk mounted. */
function remove(folder: string): void {
	SmallDisk.sweep(folder);
	rmSync(folder, { recursive: true, force: true });
}

/**
 * Returns the command that starts a program with private mounts, which disappear with it; empty if that is impossible.
 */
function ownMounts(): readonly string[] {
	known ??= [["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"], []].find(
		([command, ...args]) => command === undefined || spawnSync(command, [...args, "true"]).status === 0,
	);
	return known ?? [];
}

let known: readonly string[] | undefined;

/** Resolves with the report, or with one about how the process ended without it. */
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
		// The whole group has already ended.
	}
}

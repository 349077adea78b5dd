import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Bench, Rounds } from "./bench.ts";
import { type Result, resultsOf } from "./results.ts";

/** Order sent to the child. */
export interface ChildOrder {
	bench: string;
	rounds: number;
	scale: number;
}

/** Maximum time of a bench, ms: one that hangs does not hold up the others. */
const maxMs = 20 * 60_000;

/** Runs a bench in a process of its own, so that it shares neither heap nor compiled code with the previous one. */
export async function runInChild(
	bench: Bench,
	{ rounds, scale }: { rounds: number; scale: number },
): Promise<Result[]> {
	const child = fork(fileURLToPath(new URL("./child.ts", import.meta.url)), {
		execArgv: [...process.execArgv, "--expose-gc"],
		timeout: maxMs,
	});
	let taken: Rounds | undefined;
	child.on("message", (message: Rounds) => {
		taken = message;
	});
	child.send({ bench: bench.name, rounds, scale } satisfies ChildOrder);
	const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
	if (!taken || code !== 0) throw new Error(`it ended with ${signal ?? code} (its error is above).`);
	return resultsOf(bench, taken);
}

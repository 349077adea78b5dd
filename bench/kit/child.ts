import { all } from "../figures/index.ts";
import { runBench } from "./run-bench.ts";
import type { ChildOrder } from "./run-in-child.ts";

process.once("message", (order: ChildOrder) => {
	run(order).catch((error: unknown) => {
		console.error(error);
		process.exit(1);
	});
});

async function run({ bench: name, rounds, scale }: ChildOrder): Promise<void> {
	const bench = all.find((one) => one.name === name);
	if (!bench) throw new Error(`no bench ${name}`);
	const taken = await runBench(bench, { rounds, scale });
	process.send?.(taken, () => process.exit(0));
}

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { bestOf, isWorse, type Result, type Run, worseBy } from "./results.ts";

const path = fileURLToPath(new URL("../committed.json", import.meta.url));

export function readCommitted(): Run {
	return JSON.parse(readFileSync(path, "utf8")) as Run;
}

export function writeCommitted(run: Run): void {
	writeFileSync(path, `${JSON.stringify(run, undefined, "\t")}\n`);
}

/**
 * @returns a line for each figure that is a quarter worse than the committed one, by its best rounds and by its median,
 *   or has none to compare with
 */
export function compareWithCommitted(
	benches: readonly Bench[],
	results: readonly Result[],
	committed = readCommitted().results,
): string[] {
	return benches.flatMap(({ figures }) =>
		figures.flatMap((figure) => {
			const { name } = figure;
			const [result, old] = [results, committed].map((some) => some.find((one) => one.name === name));
			if (!result) return [];
			if (!old) return [`${name}: no figure is committed (npm run bench -- --write).`];
			const [now, before] = [bestOf(figure, result), bestOf(figure, old)];
			// One round of the reference that was measured too low shows in the best rounds alone.
			const isWorseThroughout = isWorse(figure, now, before) && isWorse(figure, result.value.median, old.value.median);
			if (!isWorseThroughout) return [];
			const by = Math.round((worseBy(figure, now, before) - 1) * 100);
			return [`${name}: ${now.toFixed(3)} is ${by} % worse than the committed ${before.toFixed(3)} (at most 25 %).`];
		}),
	);
}

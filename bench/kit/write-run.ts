import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { readCommitted, writeCommitted } from "./committed.ts";
import { machineText } from "./machine.ts";
import type { Run } from "./results.ts";
import { markdownTable } from "./tables.ts";

const path = fileURLToPath(new URL("../../docs/performance.md", import.meta.url));

/**
 * Writes a run into the document, below the headings of its benches, and into the file that `npm test` compares with.
 */
export function writeRun(run: Run, benches: readonly Bench[]): void {
	if (run.scale !== 1) throw new Error("Only figures of a whole run are written: leave --scale out.");
	const measured = new Set(run.results.map(({ name }) => name));
	const others = readCommitted().results.filter(({ name }) => !measured.has(name));
	writeCommitted({ ...run, results: [...run.results, ...others] });
	let text = readFileSync(path, "utf8");
	for (const bench of benches) text = withBlock(text, bench.name, bench.figures.length === 0 ? "" : table(bench, run));
	writeFileSync(path, text);
}

/** @throws Error if the document has no place for it */
export function withBlock(text: string, name: string, block: string): string {
	const [begin, end] = [`<!-- bench ${name} -->`, "<!-- end -->"];
	const from = text.indexOf(begin);
	const to = text.indexOf(end, from);
	if (from < 0 || to < 0) throw new Error(`docs/performance.md has no place for ${name}: ${begin} … ${end}`);
	return `${text.slice(0, from + begin.length)}\n\n${block}\n\n${text.slice(to)}`;
}

function table(bench: Bench, run: Run): string {
	const rounds = run.results.find(({ name }) => name === bench.figures[0]?.name)?.rounds;
	const when = `${run.at.slice(0, 10)}, ${rounds} ${rounds === 1 ? "round" : "rounds"}: ${machineText(run.machine)}.`;
	return `${markdownTable(bench, run.results)}\n\n${when}`;
}

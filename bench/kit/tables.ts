import type { Bench, Figure } from "./bench.ts";
import { isReached, type Result } from "./results.ts";
import type { Spread } from "./spread.ts";

/** Formats a number with three significant digits. */
export function number(value: number): string {
	if (!Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	if (size >= 1000) return Math.round(value).toLocaleString("en-US");
	if (size >= 100) return value.toFixed(0);
	return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Formats `0.82 (0.80–0.85)`; without a range if there was one round. */
function spreadText({ median, least, most }: Spread): string {
	return least === most ? number(median) : `${number(median)} (${number(least)}–${number(most)})`;
}

function sidesText({ unit, of, dividedBy, above }: Figure, { own, other }: Result): string {
	const otherSide = dividedBy ?? above;
	if (!other || otherSide === undefined) return unit;
	return `${of} ${number(own.median)}, ${otherSide} ${number(other.median)} ${unit}`;
}

function goalText(figure: Figure, result: Result): string {
	const { better, goal } = figure;
	if (goal === undefined) return "";
	const text = `${better === "lower" ? "≤" : "≥"} ${goal.toLocaleString("en-US")}`;
	return isReached(figure, result.value) ? text : `${text}, missed`;
}

const head = ["figure", "median (range)", "goal", "sides"] as const;

function rowOf(figure: Figure, result: Result): string[] {
	return [figure.name, spreadText(result.value), goalText(figure, result), sidesText(figure, result)];
}

/** Formats the table for a document, with the two terms of each ratio. */
export function markdownTable(bench: Bench, results: readonly Result[]): string {
	const rows = rowsOf(bench, results).map(([name = "", ...cells], n) => [name, bench.figures[n]?.what ?? "", ...cells]);
	const [first, ...others] = head;
	const columns = [first, "what", ...others];
	return [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function rowsOf(bench: Bench, results: readonly Result[]): string[][] {
	return bench.figures.flatMap((figure) => {
		const result = results.find(({ name }) => name === figure.name);
		return result ? [rowOf(figure, result)] : [];
	});
}

/** @param seconds duration, including preparation */
export function printResults(bench: Bench, results: readonly Result[], seconds: number): void {
	console.log(`${bench.name}: ${results[0]?.rounds ?? 0} rounds, ${seconds.toFixed(0)} s`);
	const rows = [[...head], ...rowsOf(bench, results)];
	const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	for (const row of rows) console.log(`  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join("  ")}`.trimEnd());
	console.log("");
}

import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/**
 * Writes the counts of a vitest run, and what failed, as JSON to the file that `COUNTS_FILE` names. Vitest's own
 * JSON leaves out the messages of timeouts and of hooks.
 */
// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export.
export default class CountsReporter {
	onTestRunEnd(modules) {
		const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
		for (const module of modules) {
			const file = module.relativeModuleId;
			for (const test of module.children.allTests()) {
				const { state, errors = [] } = test.result();
				counts[state === "pending" ? "skipped" : state]++;
				if (state === "failed") counts.failures.push(`${file} › ${test.fullName}\n${beginningOf(errors)}`);
			}
			// A file that can't be loaded and a hook that fails have no test of their own to count.
			for (const part of [module, ...module.children.allSuites()]) {
				const errors = part.errors();
				if (errors.length === 0) continue;
				counts.failed++;
				counts.failures.push(`${part === module ? file : `${file} › ${part.fullName}`}\n${beginningOf(errors)}`);
			}
		}
		writeFileSync(process.env["COUNTS_FILE"], JSON.stringify(counts));
	}
}

function beginningOf(errors) {
	const text = errors.map(({ name = "Error", message, diff, stacks = [] }) => {
		const at = stacks.map(({ file, line, column }) => `    at ${file}:${line}:${column}`);
		return [`${name}: ${message}`, ...at, ...(diff ? [diff] : [])].join("\n");
	});
	const lines = stripVTControlCharacters(text.join("\n")).split("\n");
	return lines
		.slice(0, 25)
		.map((line) => `    ${line.slice(0, 300)}`)
		.join("\n");
}

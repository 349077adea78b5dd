import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { type Target, targets } from "./mutation-targets.ts";

/**
 * `npm run mutation [-- part-of-a-file-name …]`: plants faults in the files of mutation-targets.ts, one at a time, and
 * reports those that no test finds. Fails if one of them is not explained there, or an explanation has become untrue.
 */
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const selected = process.argv.slice(2);
const chosen = targets.filter(({ file }) => selected.length === 0 || selected.some((part) => file.includes(part)));
if (chosen.length === 0) throw new Error(`mutation-targets.ts has no file with ${selected.join(" or ")} in its name.`);
// Some tests ask for the built page.
const { ensureBuilt } = (await import("./ensure.mjs" as string)) as { ensureBuilt: () => void };
ensureBuilt();

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/** Outcomes of a run in which the fault was found; an error outside of a test fails a run as well. */
const found = new Set<string>(["Killed", "Timeout", "RuntimeError"]);
const rows: string[] = [];

for (const target of chosen) {
	const mutants = await mutantsOf(target);
	const missed = mutants
		.filter(({ status }) => !found.has(status))
		.map(({ status, location, ...mutant }) => ({
			name: nameOf(target.file, location, mutant.replacement ?? ""),
			where: `${target.file}:${location.start.line}`,
			status,
		}));
	const unexplained = missed.filter(({ name }) => !(name in target.unseen));
	const untrue = Object.keys(target.unseen).filter((name) => !missed.some((one) => one.name === name));
	for (const { where, status, name } of unexplained) console.log(`${where} ${status}: ${name}`);
	for (const name of untrue) console.log(`${target.file}: a test finds it, though it is said that none can: ${name}`);
	if (unexplained.length + untrue.length > 0) process.exitCode = 1;
	const numbers = [mutants.length, mutants.length - missed.length, missed.length - unexplained.length];
	rows.push(`| \`${target.file}\` | ${numbers.join(" | ")} | ${unexplained.length} |`);
}
console.log(
	["| file | faults | found | no test can | not found |", "| --- | --: | --: | --: | --: |", ...rows].join("\n"),
);

async function mutantsOf({ file, tests }: Target): Promise<Mutant[]> {
	// The only way to the test processes, which the runner starts: see vitest.mutation.config.ts.
	process.env["MUTATION_TESTS"] = tests.join(",");
	return await new Stryker({ mutate: [file] }).runMutationTest();
}

/** Returns `original => replacement`, on one line. */
function nameOf(file: string, { start, end }: Mutant["location"], replacement: string): string {
	const lines = readFileSync(file, "utf8")
		.split("\n")
		.slice(start.line - 1, end.line);
	const last = lines.length - 1;
	lines[last] = (lines[last] ?? "").slice(0, end.column - 1);
	lines[0] = (lines[0] ?? "").slice(start.column - 1);
	return `${brief(lines.join(" "))} => ${brief(replacement)}`;
}

function brief(code: string): string {
	const text = code.replace(/\s+/g, " ");
	return text.length <= 80 ? text : `${text.slice(0, 60)}…${text.slice(-19)}`;
}

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Returns the paths of all documentation pages, relative to the root. */
export function documentedPages(): string[] {
	return [
		...readdirSync(root).filter((name) => name.endsWith(".md")),
		...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
		...readdirSync(`${root}packages`).map((name) => `packages/${name}/README.md`),
	];
}

/** Commands that start an independent process; duplicates are run once. */
const startsAnother = /^npm start|livekeeper (serve|simulate) /;

/**
 * Returns commands with their pages, in the order of each page, because one may depend on an earlier one. If two pages
 * have the same commands, as in two languages, the first counts.
 */
export function distinctCommands(pages: readonly string[]): { page: string; command: string }[] {
	const seen = new Set<string>();
	return pages.flatMap((page) => {
		const commands = documentedCommands(`${root}${page}`);
		const key = JSON.stringify(commands);
		if (seen.has(key)) return [];
		seen.add(key);
		return commands.flatMap((command) => {
			if (startsAnother.test(command) && seen.has(command)) return [];
			seen.add(command);
			return [{ page, command }];
		});
	});
}

/** Returns the commands of all `sh` blocks of a page: one per line, or over several lines while a quote is open. */
function documentedCommands(page: string): string[] {
	const blocks = readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm);
	return [...blocks].flatMap(([, block = ""]) => commandsOf(block));
}

function commandsOf(block: string): string[] {
	const commands: string[] = [];
	let open = "";
	for (const line of block.split("\n")) {
		open += open ? `\n${line}` : line;
		if ((open.match(/'/g) ?? []).length % 2 === 1) continue;
		if (open.trim() !== "") commands.push(open);
		open = "";
	}
	return commands;
}

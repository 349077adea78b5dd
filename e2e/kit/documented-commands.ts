import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Names of the pages of documentation, relative to the root. */
export function documentedPages(): string[] {
	return [
		...readdirSync(root).filter((name) => name.endsWith(".md")),
		...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
		...readdirSync(`${root}packages`).map((name) => `packages/${name}/README.md`),
	];
}

/** Commands that start a process of their own, independent of earlier ones: one that occurs twice is run once. */
const startsAnother = /^npm start|livekeeper (serve|simulate) /;

/**
 * Commands with the page that they are on, in the page's order, since one may need what another has done. Of two pages
 * with the same commands, as in two languages, the first counts.
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

/** The commands of all `sh` blocks of a page: a line each, or more while a quote is open. */
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

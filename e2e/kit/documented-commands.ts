import { readFileSync } from "node:fs";

/** The commands of all `sh` blocks of a page: a line each, or more while a quote is open. */
export function documentedCommands(page: string): string[] {
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

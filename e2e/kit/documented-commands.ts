import { readFileSync } from "node:fs";

/** The lines of all `sh` blocks of a page. */
export function documentedCommands(page: string): string[] {
	const blocks = readFileSync(page, "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm);
	return [...blocks].flatMap(([, block = ""]) => block.split("\n").filter((line) => line.trim() !== ""));
}

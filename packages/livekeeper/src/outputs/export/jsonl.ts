import type { JsonRow } from "./columns.ts";

/** One row a line; an event exactly as the log holds it and every other output gives it. */
export async function* writeJsonl(pages: AsyncIterable<readonly JsonRow[]>): AsyncGenerator<string, void> {
	for await (const rows of pages) yield jsonLines(rows);
}

export function jsonLines(rows: readonly JsonRow[]): string {
	let lines = "";
	for (const { json } of rows) lines += `${json}\n`;
	return lines;
}

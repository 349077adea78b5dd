import type { JsonRow } from "./columns.ts";

/** Writes one row per line. An event is exactly as stored in the log and as sent by every other output. */
export async function* writeJsonl(pages: AsyncIterable<readonly JsonRow[]>): AsyncGenerator<string, void> {
	for await (const rows of pages) yield jsonLines(rows);
}

export function jsonLines(rows: readonly JsonRow[]): string {
	let lines = "";
	for (const { json } of rows) lines += `${json}\n`;
	return lines;
}

import type { StoredEvent } from "../../event-log/index.ts";

type Pages = AsyncIterable<readonly StoredEvent[]>;

/** One event a line, exactly as the log holds it and every other output gives it. */
export async function* writeJsonl(pages: Pages): AsyncGenerator<string, void> {
	for await (const events of pages) yield jsonLines(events);
}

export function jsonLines(events: readonly StoredEvent[]): string {
	let lines = "";
	for (const { json } of events) lines += `${json}\n`;
	return lines;
}

/** Beginning of a line with its `seq`, by format. */
const lineStart: Record<string, RegExp> = {
	csv: /\r\n(\d+),\d{4}-/g,
	jsonl: /\n\{"seq":(\d+),/g,
};

/** Number of bytes that almost every line fits in. */
const tailBytes = 8192;

/**
 * Returns the newest `seq` in a piece of an export. It is good enough for a progress bar: a piece may end within a
 * line, and a text may look like the beginning of one.
 */
export function lastSeqIn(chunk: Uint8Array, format: string): number | undefined {
	const pattern = lineStart[format];
	if (!pattern) return undefined;
	const tail = Buffer.from(chunk.subarray(-tailBytes)).toString("latin1");
	const last = [...tail.matchAll(pattern)].at(-1)?.[1];
	return last === undefined ? undefined : Number(last);
}

/** The beginning of a line of each format, with its `seq`. */
const lineStart: Record<string, RegExp> = {
	csv: /\r\n(\d+),\d{4}-/g,
	jsonl: /\n\{"seq":(\d+),/g,
};

/** More than nearly every line takes. */
const tailBytes = 8192;

/**
 * The newest `seq` that a piece of an export tells, good enough for a progress bar: a piece may end within a line, and
 * a text may look like the beginning of one.
 */
export function lastSeqIn(chunk: Uint8Array, format: string): number | undefined {
	const pattern = lineStart[format];
	if (!pattern) return undefined;
	const tail = Buffer.from(chunk.subarray(-tailBytes)).toString("latin1");
	const last = [...tail.matchAll(pattern)].at(-1)?.[1];
	return last === undefined ? undefined : Number(last);
}

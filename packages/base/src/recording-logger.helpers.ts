import pino, { type Logger } from "pino";
import { hooksIn } from "./log.ts";
import type { LogLines } from "./text/index.ts";

/** One log entry. */
export interface LogLine {
	level: number;
	msg: string;
	[field: string]: unknown;
}

/** Returns a logger whose entries a test reads in `lines`. @param of lines of events that are logged without words */
export function recordingLogger(of: LogLines = { en: {}, zh: {} }): { logger: Logger; lines: LogLine[] } {
	const lines: LogLine[] = [];
	const logger = pino(
		{ level: "debug", hooks: hooksIn("zh", of) },
		{ write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
	);
	return { logger, lines };
}

import pino, { type Logger } from "pino";
import { lineHooks } from "./log.ts";

/** One log entry. */
export interface LogLine {
	level: number;
	msg: string;
	[field: string]: unknown;
}

/** Returns a logger whose entries a test reads in `lines`. */
export function recordingLogger(): { logger: Logger; lines: LogLine[] } {
	const lines: LogLine[] = [];
	const logger = pino(
		{ level: "debug", hooks: lineHooks },
		{ write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
	);
	return { logger, lines };
}

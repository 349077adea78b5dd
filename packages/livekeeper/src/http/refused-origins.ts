import type { Logger } from "pino";
import type { SourceRefusal } from "./request-source.ts";

/** Maximum number of origins that are logged: a program can make up as many as it likes. */
const mostOrigins = 50;

/** Logs each refused origin once, with what would admit its pages. */
export function originTeller(logger: Pick<Logger, "warn">): (refusal: SourceRefusal) => void {
	const told = new Set<string>();
	return ({ origin, text, hint }) => {
		if (origin === undefined || hint === undefined || told.has(origin) || told.size >= mostOrigins) return;
		told.add(origin);
		logger.warn({ event: "origin_refused", origin, why: text.zh, hint: hint.zh });
	};
}

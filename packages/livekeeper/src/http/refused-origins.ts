import type { Logger } from "pino";
import type { SourceRefusal } from "./request-source.ts";

/** Maximum number of logged origins, because a program can make up any number of them. */
const maxOrigins = 50;

/** Returns a function that logs each refused origin once, with the setting that would admit its pages. */
export function originLogger(logger: Pick<Logger, "warn">): (refusal: SourceRefusal) => void {
	const logged = new Set<string>();
	return ({ origin, text, hint }) => {
		if (origin === undefined || hint === undefined || logged.has(origin) || logged.size >= maxOrigins) return;
		logged.add(origin);
		logger.warn({ event: "origin_refused", origin, why: text.zh, hint: hint.zh });
	};
}

import { type EventFilter, type Wants, wantsOf } from "@livekeeper/client/filter";
import { RE2JS } from "re2js";

/** What of a room a target is sent. */
export interface TargetFilter extends EventFilter {
	/** In RE2's syntax: matched in time that grows with the text alone, since there are no back-references. */
	pattern?: string | undefined;
}

/** @throws Error where the pattern is none */
export function compilePattern(pattern: string): (text: string) => boolean {
	const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
	return (text) => compiled.matcher(text).find();
}

/** @returns `undefined`: every event of the filter's kinds is wanted, so none needs to be looked into */
export function targetWants(filter: TargetFilter): Wants | undefined {
	return wantsOf(filter, filter.pattern === undefined ? undefined : compilePattern(filter.pattern));
}

import { createRequire } from "node:module";
import { type EventCheck, type EventFilter, eventCheckOf, roomStates } from "@livekeeper/client/filter";
import type { NotifiedState } from "./service-states.ts";

/** Filter of a target for events of rooms and for states of the service. */
export interface TargetFilter extends Omit<EventFilter, "states"> {
	states?: readonly NotifiedState[] | undefined;
	/** Pattern in RE2's syntax. Matching takes linear time, because there are no back-references. */
	pattern?: string | undefined;
}

/** Returns the part of the filter for rooms. */
export function ofRooms({ states, ...filter }: TargetFilter): EventFilter {
	const asked = states?.map((state) => (state === "report" ? "ended" : state));
	return { ...filter, states: asked && roomStates.filter((state) => asked.includes(state)) };
}

/** An invalid pattern, with RE2's message and the faulty part. */
export class PatternError extends Error {
	override readonly name = "PatternError";
	readonly fault: string;
	readonly part: string;

	constructor(fault: string, part: string, cause: Error) {
		super(cause.message, { cause });
		this.fault = fault;
		this.part = part;
	}
}

/**
 * Maximum size of a pattern with its counts expanded. Matching takes time for each step and character, about 80 ms for
 * the longest text. Only counts reach the limit, because a pattern has at most 500 characters.
 */
const maxSteps = 600;

/** @throws PatternError */
export function compilePattern(pattern: string): (text: string) => boolean {
	// Loaded for the first pattern, because most services have none.
	const { RE2JS, RE2JSSyntaxException } = createRequire(import.meta.url)("re2js") as typeof import("re2js");
	try {
		const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
		const fault = "pattern too large, with its counts written out";
		if (compiled.programSize() > maxSteps) throw new PatternError(fault, "", new Error(fault));
		return (text) => compiled.matcher(text).find();
	} catch (error) {
		if (!(error instanceof RE2JSSyntaxException)) throw error;
		// Removes the case-insensitive flag that was put before the pattern.
		throw new PatternError(error.error, (error.input ?? "").replace(/^\(\?i\)/, ""), error);
	}
}

/** @returns `undefined` if the filter selects every event of its kinds, so none needs to be parsed */
export function targetCheckOf(filter: TargetFilter): EventCheck | undefined {
	return eventCheckOf(ofRooms(filter), filter.pattern === undefined ? undefined : compilePattern(filter.pattern));
}

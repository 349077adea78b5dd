import { createRequire } from "node:module";
import { type EventFilter, roomStates, type Wants, wantsOf } from "@livekeeper/client/filter";
import type { NotifiedState } from "./service-states.ts";

/** What a target is sent: of its rooms, and of the service's states. */
export interface TargetFilter extends Omit<EventFilter, "states"> {
	states?: readonly NotifiedState[] | undefined;
	/** In RE2's syntax: matched in time that grows with the text alone, since there are no back-references. */
	pattern?: string | undefined;
}

/** What it asks of rooms. */
export function ofRooms({ states, ...filter }: TargetFilter): EventFilter {
	const asked = states?.map((state) => (state === "report" ? "ended" : state));
	return { ...filter, states: asked && roomStates.filter((state) => asked.includes(state)) };
}

/** A pattern is none: what is wrong, in RE2's words, and with which part of it. */
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
 * Maximum size of a pattern with its counts written out: matching takes time for each step and each character, about
 * 80 ms for the longest text. Only counts reach it, since a pattern has 500 characters at most.
 */
const maxSteps = 600;

/** @throws PatternError */
export function compilePattern(pattern: string): (text: string) => boolean {
	// Loaded for the first pattern: most services have none.
	const { RE2JS, RE2JSSyntaxException } = createRequire(import.meta.url)("re2js") as typeof import("re2js");
	try {
		const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
		const fault = "pattern too large, with its counts written out";
		if (compiled.programSize() > maxSteps) throw new PatternError(fault, "", new Error(fault));
		return (text) => compiled.matcher(text).find();
	} catch (error) {
		if (!(error instanceof RE2JSSyntaxException)) throw error;
		// The flag for any case is put before the pattern.
		throw new PatternError(error.error, (error.input ?? "").replace(/^\(\?i\)/, ""), error);
	}
}

/** @returns `undefined`: every event of the filter's kinds is wanted, so none needs to be looked into */
export function targetWants(filter: TargetFilter): Wants | undefined {
	return wantsOf(ofRooms(filter), filter.pattern === undefined ? undefined : compilePattern(filter.pattern));
}

import type { Block, Mark } from "./block.ts";
import type { FoundEvent } from "./search.ts";
import { inJson, isFound, type SearchFilter } from "./search-filter.ts";

/** Events of a block that are to be looked at, both ends included. */
export interface Searchable {
	block: Block;
	from: number;
	to: number;
}

/** Looks through blocks for what a filter leaves, newest first. What can't match is neither unpacked nor parsed. */
export function blockSearch(filter: SearchFilter): (searchable: Searchable) => Generator<FoundEvent, void> {
	const types = filter.types && new Set(filter.types);
	const isWanted = ({ type, at }: Mark) => at >= filter.from && at < filter.to && (!types || types.has(type));
	const tests = [textTest(filter), userTest(filter)].filter((test) => test !== undefined);
	const mayMatch = (lines: () => Buffer) => tests.length === 0 || tests.every((test) => test(lines()));
	return function* ({ block, from, to }) {
		const ofPerson = filter.person === undefined ? undefined : block.eventsOf(filter.person, from, to);
		if (ofPerson?.length === 0 || !block.marks.some(isWanted) || !mayMatch(() => block.lines())) return;
		for (const seq of ofPerson ?? downFrom(to, from)) {
			if (!isWanted(block.mark(seq)) || !mayMatch(() => block.line(seq))) continue;
			const { raw: _, ...event } = block.event(seq);
			if (isFound(filter, event)) yield { ...event, storedAt: block.storedAt(seq) };
		}
	};
}

function* downFrom(to: number, from: number): Generator<number, void> {
	for (let seq = to; seq >= from; seq--) yield seq;
}

type LineTest = (lines: Buffer) => boolean;

/** The text as it is in the stored bytes: every match contains it. */
function textTest({ text }: SearchFilter): LineTest | undefined {
	if (text === undefined) return undefined;
	const bytes = Buffer.from(inJson(text));
	if (!/[a-z]/.test(text)) return (lines) => lines.includes(bytes);
	// Each byte as a character: other letters may match that are not the same, and none that is fails to.
	const letters = new RegExp(escaped(bytes.toString("latin1")), "i");
	return (lines) => letters.test(lines.toString("latin1"));
}

function userTest({ user }: SearchFilter): LineTest | undefined {
	const quoted = user === undefined ? undefined : Buffer.from(`"${inJson(user)}"`);
	return quoted && ((lines) => lines.includes(quoted));
}

function escaped(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

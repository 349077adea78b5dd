import type { Block, Mark } from "./block.ts";
import type { FoundEvent } from "./search.ts";
import { anyTime, inJson, isFound, type SearchFilter } from "./search-filter.ts";

/** Events of a block that are to be examined, both ends included. */
export interface Searchable {
	block: Block;
	from: number;
	to: number;
}

/**
 * Searches blocks for events that match a filter, newest first. Blocks and lines that can't match are neither unpacked
 * nor parsed.
 */
export function blockSearch(filter: SearchFilter): (searchable: Searchable) => Generator<FoundEvent, void> {
	const types = filter.types && new Set(filter.types);
	const isSelected = ({ type, at }: Mark) => at >= filter.from && at < filter.to && (!types || types.has(type));
	const isAny = !types && filter.from === anyTime.from && filter.to === anyTime.to;
	const tests = [textTest(filter), userTest(filter)].filter((test) => test !== undefined);
	const mayMatch = (lines: () => Buffer) => tests.length === 0 || tests.every((test) => test(lines()));
	return function* ({ block, from, to }) {
		const ofPerson = filter.person === undefined ? undefined : block.eventsOf(filter.person, from, to);
		if (ofPerson?.length === 0 || !(isAny || block.marks.some(isSelected)) || !mayMatch(() => block.lines())) return;
		for (const seq of ofPerson ?? downFrom(to, from)) {
			if (!isSelected(block.mark(seq)) || !mayMatch(() => block.line(seq))) continue;
			const { raw: _, ...event } = block.event(seq);
			if (isFound(filter, event)) yield { ...event, storedAt: block.storedAt(seq) };
		}
	};
}

function* downFrom(to: number, from: number): Generator<number, void> {
	for (let seq = to; seq >= from; seq--) yield seq;
}

type LineTest = (lines: Buffer) => boolean;

/** Tests for the text as it appears in the stored bytes: every match contains it. */
function textTest({ text }: SearchFilter): LineTest | undefined {
	if (text === undefined) return undefined;
	const bytes = Buffer.from(inJson(text));
	if (!/[a-z]/.test(text)) return (lines) => lines.includes(bytes);
	// Treats each byte as a character: this may match different letters too, but never misses an equal one.
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

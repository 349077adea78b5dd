import { isId } from "./dedup-window.ts";
import type { GapReason } from "./gap.ts";
import type { Buffered, Piece } from "./source.ts";

/** Messages to emit, in order. */
export interface Step {
	/** Nothing proves that they follow what is before them. */
	readonly gap: GapReason | undefined;
	readonly entries: readonly Buffered[];
}

/** Pieces that share ids, as one. */
interface Segment {
	/** It holds a message that was emitted before. */
	linked: boolean;
	entries: readonly Buffered[];
	ids: ReadonlySet<string>;
}

/**
 * Puts pieces of a room's messages behind what was emitted. Two of them join where they share an id; nothing else proves
 * it. Of a page only what stands behind its newest known message is taken: what is missing before that comes too late.
 * @param pieces in the order in which they are put where they share nothing
 * @param known whether a message was emitted
 * @param reason of a gap before the first of them; `undefined`: nothing was emitted before, so there can be none
 */
export function assemble(
	pieces: readonly Piece[],
	known: (id: string) => boolean,
	reason: GapReason | undefined,
): Step[] {
	const segments: Segment[] = [];
	for (const piece of pieces) {
		const newest = piece.entries.findLastIndex(({ event }) => known(event.id));
		const entries = piece.kind === "page" ? piece.entries.slice(newest + 1) : piece.entries;
		add(segments, { linked: newest >= 0, entries, ids: piece.ids }, piece.kind === "run" && piece === pieces.at(-1));
	}
	const steps: Step[] = [];
	let gap = reason;
	for (const { linked, entries } of segments) {
		if (linked) gap = undefined;
		const fresh = entries.filter(({ event }) => !known(event.id));
		if (fresh.length > 0) steps.push({ gap, entries: fresh });
		if (fresh.length > 0 || linked) gap = "backfilled";
	}
	return steps;
}

/** @param live it goes on: what a page has behind all that both hold, it will bring itself */
function add(segments: Segment[], piece: Segment, live: boolean): void {
	const first = segments.findIndex(({ ids }) => shares(ids, piece.ids));
	if (first < 0) {
		// Times prove nothing, but what is later than the run would come before what the run still brings.
		while (live && isLater(segments.at(-1), piece)) segments.pop();
		segments.push(piece);
		return;
	}
	const last = segments.findLastIndex(({ ids }) => shares(ids, piece.ids));
	const joined = segments.slice(first, last + 1);
	const older = joined.flatMap(({ entries }) => entries);
	segments.splice(first, joined.length, {
		linked: piece.linked || joined.some(({ linked }) => linked),
		entries: weave(older, piece.entries, live),
		ids: new Set([...joined.flatMap(({ ids }) => [...ids]), ...piece.ids]),
	});
}

/** Two lists as one, in which each keeps its order: between two messages that both hold the older list comes first. */
function weave(older: readonly Buffered[], newer: readonly Buffered[], live: boolean): Buffered[] {
	const indexes = new Map(older.map(({ event }, i) => [event.id, i]));
	const woven: Buffered[] = [];
	let from = 0;
	let between: Buffered[] = [];
	for (const entry of newer) {
		const index = isId(entry.event.id) ? indexes.get(entry.event.id) : undefined;
		if (index === undefined) between.push(entry);
		else if (index >= from) {
			const both = older[index] ?? entry;
			woven.push(...older.slice(from, index), ...between, entry.cursor ? entry : both);
			from = index + 1;
			between = [];
		}
	}
	const tail = older.slice(from);
	return [...woven, ...(live && from > 0 ? tail.filter(({ paged }) => !paged) : tail), ...between];
}

/** Whether nothing but pages tells of a segment, which is not linked, and later than the piece. */
function isLater(segment: Segment | undefined, piece: Segment): boolean {
	const [head, first] = [segment?.entries[0], piece.entries[0]];
	return !!segment && !segment.linked && !!head?.paged && !!first && head.event.at > first.event.at;
}

function shares(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
	for (const id of other) if (isId(id) && one.has(id)) return true;
	return false;
}

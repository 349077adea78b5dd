import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emission, GapReason } from "./emission.ts";
import { MessageMap } from "./message-ids.ts";
import type { Buffered, Piece } from "./piece.ts";
import type { Source } from "./source.ts";
import { isNonsense, latestAt } from "./times.ts";
import { weave } from "./weave.ts";

type Known = Pick<Emission, "window" | "epoch" | "hasForgotten" | "firstAt" | "lastAt">;

/** Messages to emit, in order. */
export interface Step {
	/** Nothing proves that they follow what is before them. */
	readonly gap: GapReason | undefined;
	readonly entries: readonly Buffered[];
}

/** Pieces that share messages, as one. */
interface Segment {
	/** It holds a message that was emitted since the last gap. */
	readonly linked: boolean;
	/** Epoch of its oldest part. */
	readonly epoch: number;
	readonly entries: readonly Buffered[];
	readonly messages: MessageMap<true>;
	/** Those that a page has before the first one behind the newest gap. */
	readonly late: MessageMap<true>;
	/** Pending ones whose runs are part of it. */
	readonly sources: readonly Source[];
}

export interface Assembled {
	/** What to emit. */
	steps: readonly Step[];
	/** Sources whose runs are part of that. */
	sources: readonly Source[];
	/** The kept pieces that are later than the run that goes on. */
	later: readonly Piece[];
}

/**
 * Puts what nothing has proven behind what was emitted. Pieces join where they share a message; nothing else proves it. Of
 * several runs that go on and share nothing the first one is taken: the others have to wait until it overlaps with them.
 * @param kept pages, and runs of connections that have ended, in the order in which they are put where they share nothing
 * @param pending sources that have a run
 * @param reason of a gap behind what was emitted; `undefined`: nothing was, so there can be none
 */
export function assemble(
	kept: readonly Piece[],
	pending: readonly Source[],
	known: Known,
	reason: GapReason | undefined,
): Assembled {
	const joined: Segment[] = [];
	for (const piece of kept) join(joined, segmentOf(piece, known));
	for (const source of pending) join(joined, segmentOf(source.run, known, source));
	const segments = joined.map((segment) => timely(withoutPagedEnd(segment), known));
	// Times prove nothing, but order what nothing joins.
	segments.sort(compare);
	const going = segments.filter(({ sources }) => sources.length > 0);
	const live = going.find(({ linked }) => linked) ?? going[0];
	// A run that goes on would bring more before what has ended, or what a page holds.
	const isLater = (one: Segment) => !one.linked && one.sources.length === 0 && !!live && compare(live, one) < 0;
	const later = segments.filter(isLater);
	const ended = segments.filter((one) => one.sources.length === 0 && !isLater(one));
	const isKnown = ({ event }: Buffered) => known.window.has(event);
	return {
		steps: stepsOf(live ? [...ended, live] : ended, known, reason),
		// Of what comes too late, or repeats what was said before a gap, nobody knows where it goes on.
		sources: live && (live.linked || !live.entries.every(isKnown)) ? live.sources : [],
		later: kept.filter(({ messages }) => later.some((segment) => segment.messages.overlaps(messages))),
	};
}

/** Drops trailing pages that are not proven to follow: a cursor before them may bring what is between. */
export function withoutUnprovenPages(steps: readonly Step[]): readonly Step[] {
	const afterRuns = steps.findLastIndex(({ entries }) => entries.some(({ paged }) => !paged)) + 1;
	const unproven = steps.findIndex(({ gap }, index) => index >= afterRuns && gap !== undefined);
	return unproven < 0 ? steps : steps.slice(0, unproven);
}

/**
 * Without what was said before the newest gap, and so comes too late, of what begins before that: what comes before the
 * first message behind the gap, unless that is known, and it is newer by its time: then it has only overtaken that one.
 */
export function inTime<T>(
	all: readonly T[],
	eventOf: (one: T) => UpstreamEvent,
	{ window, epoch, hasForgotten }: Known,
): readonly T[] {
	const first = all.findIndex((one) => window.epochOf(eventOf(one)) === epoch);
	const firstOne = all[first];
	if (first <= 0 || !firstOne || !window.isFirst(eventOf(firstOne))) return all;
	const until = hasForgotten ? Number.POSITIVE_INFINITY : latestAt(eventOf(firstOne));
	return all.filter((one, index) => index >= first || eventOf(one).at > until);
}

/** What a page has before its newest known message, or before what was emitted behind the last gap, would come too late. */
function segmentOf(piece: Piece, known: Known, source?: Source): Segment {
	const { window, epoch, lastAt = 0 } = known;
	const linked = piece.entries.some(({ event }) => window.epochOf(event) === epoch);
	let entries: readonly Buffered[] = piece.entries;
	const late = new MessageMap<true>();
	if (piece.kind === "page") {
		const timely = new Set(inTime(entries, ({ event }) => event, known));
		for (const entry of entries) if (!timely.has(entry)) late.set(entry.event, true);
		const newest = entries.findLastIndex(({ event }) => window.has(event));
		entries = !linked && timesOf(entries).newest < latestAt({ at: lastAt }) ? [] : entries.slice(newest + 1);
	}
	return { linked, epoch: piece.epoch, entries, messages: piece.messages, late, sources: source ? [source] : [] };
}

/** Makes one of a piece and of all segments that share messages with it, at the position of the first of those. */
function join(segments: Segment[], piece: Segment): void {
	const joined = segments.filter(({ messages }) => messages.overlaps(piece.messages));
	const [first] = joined;
	if (!first) {
		segments.push(piece);
		return;
	}
	segments[segments.indexOf(first)] = {
		linked: piece.linked || joined.some(({ linked }) => linked),
		epoch: Math.min(piece.epoch, ...joined.map(({ epoch }) => epoch)),
		entries: joined.reduce((woven, { entries }) => weave(entries, woven), piece.entries),
		messages: MessageMap.union(...joined.map(({ messages }) => messages), piece.messages),
		late: MessageMap.union(...joined.map(({ late }) => late), piece.late),
		sources: [...joined.flatMap(({ sources }) => sources), ...piece.sources],
	};
	for (const other of joined.slice(1)) segments.splice(segments.indexOf(other), 1);
}

/** Drops what comes too late from a segment that begins before the newest gap. */
function timely(segment: Segment, known: Known): Segment {
	const { linked, epoch, late } = segment;
	if (epoch >= known.epoch) return segment;
	const entries = segment.entries.filter(({ event }) => !late.has(event));
	const { firstAt = 0 } = known;
	// A time that lies in the future says nothing.
	const isTimely = ({ event }: Buffered) => latestAt(event) >= firstAt || firstAt > event.receivedAt;
	return { ...segment, entries: linked ? inTime(entries, ({ event }) => event, known) : entries.filter(isTimely) };
}

/** What pages have behind all that its connections have brought, those will bring themselves. */
function withoutPagedEnd(segment: Segment): Segment {
	const { sources, entries } = segment;
	const end = sources.length > 0 ? entries.findLastIndex(({ paged }) => !paged) + 1 : entries.length;
	return { ...segment, entries: entries.slice(0, end) };
}

/**
 * Below 0: the one comes before the other. Where the newest messages can't tell the oldest may, and where neither can
 * when they came.
 */
function compare(one: Segment, other: Segment): number {
	const [a, b] = [timesOf(one.entries), timesOf(other.entries)];
	if (a.newestAtMost < b.newest || b.newestAtMost < a.newest) return a.newest - b.newest;
	if (a.oldestAtMost < b.oldest || b.oldestAtMost < a.oldest) return a.oldest - b.oldest;
	return (one.entries[0]?.arrivedAt ?? 0) - (other.entries[0]?.arrivedAt ?? 0);
}

/** Upstream times of the oldest and the newest message, ms, at least and at most. */
function timesOf(entries: readonly Buffered[]) {
	const never = Number.POSITIVE_INFINITY;
	const times = { oldest: never, oldestAtMost: never, newest: 0, newestAtMost: 0 };
	for (const { event } of entries) {
		if (isNonsense(event)) continue;
		times.oldest = Math.min(times.oldest, event.at);
		times.oldestAtMost = Math.min(times.oldestAtMost, latestAt(event));
		times.newest = Math.max(times.newest, event.at);
		times.newestAtMost = Math.max(times.newestAtMost, latestAt(event));
	}
	return times;
}

function stepsOf(segments: readonly Segment[], known: Known, reason: GapReason | undefined): Step[] {
	const steps: Step[] = [];
	let gap = reason;
	for (const { linked, entries } of segments) {
		if (linked) gap = undefined;
		const fresh = entries.filter(({ event }) => !known.window.has(event));
		if (fresh.length > 0) steps.push({ gap, entries: fresh });
		if (fresh.length > 0 || linked) gap = "backfilled";
	}
	return steps;
}

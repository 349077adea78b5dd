import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emission, GapReason } from "./emission.ts";
import { MessageMap } from "./message-ids.ts";
import { type Buffered, isNonsense, latestAt, type Piece } from "./piece.ts";
import type { Source } from "./source.ts";
import { weave } from "./weave.ts";

type Known = Pick<Emission, "window" | "epoch" | "hasForgotten" | "firstAt" | "lastAt">;

/** Messages to emit, in order. */
export interface Step {
	/** Why messages may be missing before them; `undefined` if they are proven to follow. */
	readonly gap: GapReason | undefined;
	readonly entries: readonly Buffered[];
}

/** Pieces that share messages, joined into one. */
interface Segment {
	/** Whether it holds a message that was emitted since the last gap. */
	readonly linked: boolean;
	/** Epoch of its oldest part. */
	readonly epoch: number;
	readonly entries: readonly Buffered[];
	readonly messages: MessageMap<true>;
	/** Messages that a page has before the first one after the newest gap. */
	readonly late: MessageMap<true>;
	/** Pending sources whose runs are part of it. */
	readonly sources: readonly Source[];
}

export interface Assembled {
	/** Messages to emit. */
	steps: readonly Step[];
	/** Sources whose runs are part of that. */
	sources: readonly Source[];
	/** The kept pieces that are later than the current run. */
	later: readonly Piece[];
}

/**
 * Orders unproven messages after those that were emitted. Pieces join if they share a message; nothing else is proof.
 * If several current runs share nothing, the first is taken: the others must wait until it overlaps with them.
 * @param kept pages, and runs of connections that have ended, in the order for pieces that share nothing
 * @param pending sources that have a run
 * @param reason reason of a gap after the emitted messages; `undefined` if nothing was emitted, so there can be none
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
	// Times prove nothing, but order segments that nothing joins.
	segments.sort(compare);
	const going = segments.filter(({ sources }) => sources.length > 0);
	const live = going.find(({ linked }) => linked) ?? going[0];
	// A current run would deliver more messages before those of an ended run, or of a page.
	const isLater = (one: Segment) => !one.linked && one.sources.length === 0 && !!live && compare(live, one) < 0;
	const later = segments.filter(isLater);
	const ended = segments.filter((one) => one.sources.length === 0 && !isLater(one));
	const isKnown = ({ event }: Buffered) => known.window.has(event);
	return {
		steps: stepsOf(live ? [...ended, live] : ended, known, reason),
		// Messages that are too late, or repeat some from before a gap, don't show where their source continues.
		sources: live && (live.linked || !live.entries.every(isKnown)) ? live.sources : [],
		later: kept.filter(({ messages }) => later.some((segment) => segment.messages.overlaps(messages))),
	};
}

/** Drops trailing pages that are not proven to follow: a cursor before them may deliver the messages in between. */
export function withoutUnprovenPages(steps: readonly Step[]): readonly Step[] {
	const afterRuns = steps.findLastIndex(({ entries }) => entries.some(({ paged }) => !paged)) + 1;
	const unproven = steps.findIndex(({ gap }, index) => index >= afterRuns && gap !== undefined);
	return unproven < 0 ? steps : steps.slice(0, unproven);
}

/**
 * Drops messages from before the newest gap, which come too late, from a list that begins before it: all before the
 * first message after the gap, if that is known, unless they are newer by their time and have only overtaken that one.
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

/**
 * Converts a piece to a segment. A page's messages before its newest known one, or before the last gap, are too late.
 */
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

/** Joins a piece with all segments that share messages with it, at the position of the first of those. */
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

/** Drops messages that are too late from a segment that begins before the newest gap. */
function timely(segment: Segment, known: Known): Segment {
	const { linked, epoch, late } = segment;
	if (epoch >= known.epoch) return segment;
	const entries = segment.entries.filter(({ event }) => !late.has(event));
	const { firstAt = 0 } = known;
	// A time in the future proves nothing.
	const isTimely = ({ event }: Buffered) => latestAt(event) >= firstAt || firstAt > event.receivedAt;
	return { ...segment, entries: linked ? inTime(entries, ({ event }) => event, known) : entries.filter(isTimely) };
}

/** Drops a page's messages after all those of its connections: they will deliver these themselves. */
function withoutPagedEnd(segment: Segment): Segment {
	const { sources, entries } = segment;
	const end = sources.length > 0 ? entries.findLastIndex(({ paged }) => !paged) + 1 : entries.length;
	return { ...segment, entries: entries.slice(0, end) };
}

/** Compares two segments for sorting: by their newest messages, otherwise by their oldest, otherwise by arrival. */
function compare(one: Segment, other: Segment): number {
	const [a, b] = [timesOf(one.entries), timesOf(other.entries)];
	if (a.newestAtMost < b.newest || b.newestAtMost < a.newest) return a.newest - b.newest;
	if (a.oldestAtMost < b.oldest || b.oldestAtMost < a.oldest) return a.oldest - b.oldest;
	return (one.entries[0]?.arrivedAt ?? 0) - (other.entries[0]?.arrivedAt ?? 0);
}

/** Returns the upstream times of the oldest and the newest message, minimum and maximum, ms. */
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

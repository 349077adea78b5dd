import type { UpstreamEvent } from "../events/live-event.ts";
import { type DedupWindow, isId } from "./dedup-window.ts";
import type { GapReason } from "./gap.ts";
import type { Piece } from "./piece.ts";
import type { Buffered } from "./queue.ts";
import type { Source } from "./source.ts";
import { weave } from "./weave.ts";

/** With an upstream time later than its arrival by more than this, ms, a message has none worth using. */
const nonsenseMs = 3_600_000;

/** Messages to emit, in order. */
export interface Step {
	/** Nothing proves that they follow what is before them. */
	readonly gap: GapReason | undefined;
	readonly entries: readonly Buffered[];
}

/** Pieces that share ids, as one. */
interface Segment {
	/** It holds a message that was emitted since the last gap. */
	readonly linked: boolean;
	/** Of its oldest part. Asked for from before that gap, what it has before the first such message would come too late. */
	readonly epoch: number;
	readonly entries: readonly Buffered[];
	readonly ids: ReadonlySet<string>;
	/** Pending ones whose runs are part of it. */
	readonly sources: readonly Source[];
}

/** What was emitted. */
interface Emission {
	readonly window: DedupWindow;
	readonly epoch: number;
	/** Its newest upstream time, ms. */
	readonly lastAt: number | undefined;
	/** Of a gap behind it; `undefined`: nothing was emitted, so there can be none. */
	readonly reason: GapReason | undefined;
}

export interface Assembled {
	/** What to emit. */
	steps: readonly Step[];
	/** Those whose runs are part of that. */
	sources: readonly Source[];
	/** Of what was kept: what is later than the run that goes on. */
	later: readonly Piece[];
}

/**
 * Puts what nothing has proven behind what was emitted. Pieces join where they share an id; nothing else proves it. Of
 * several runs that go on and share nothing the first one is taken: the others have to wait until it overlaps with them.
 * @param kept pages, and runs of connections that have ended, in the order in which they are put where they share nothing
 * @param pending sources that have a run
 */
export function assemble(kept: readonly Piece[], pending: readonly Source[], emission: Emission): Assembled {
	const { window, lastAt } = emission;
	const joined: Segment[] = [];
	for (const piece of kept)
		join(joined, piece.kind === "page" ? ofPage(piece, window, lastAt) : ofRun(piece, emission));
	for (const source of pending) if (source.run) join(joined, ofRun(source.run, emission, source));
	const segments = joined.map(withoutPagedEnd);
	// Times prove nothing, but order what nothing joins.
	segments.sort(compare);
	const going = segments.filter(({ sources }) => sources.length > 0);
	const live = going.find(({ linked }) => linked) ?? going[0];
	const later = segments.filter((segment) => isLater(segment, live));
	const ended = segments.filter((segment) => segment.sources.length === 0 && !later.includes(segment));
	return {
		steps: stepsOf(live ? [...ended, live] : ended, emission),
		sources: live?.sources ?? [],
		later: kept.filter(({ ids }) => later.some((segment) => shares(segment.ids, ids))),
	};
}

/** Without pages at the end of which nothing proves that they follow: a cursor before them may bring what is between. */
export function withoutUnprovenPages(steps: readonly Step[]): readonly Step[] {
	const afterRuns = steps.findLastIndex(({ entries }) => entries.some(({ paged }) => !paged)) + 1;
	const unproven = steps.findIndex(({ gap }, index) => index >= afterRuns && gap !== undefined);
	return unproven < 0 ? steps : steps.slice(0, unproven);
}

/** What it has before its newest known message, or before what was emitted behind the last gap, would come too late. */
function ofPage({ entries, ids, epoch }: Piece, window: DedupWindow, lastAt = 0): Segment {
	const newest = entries.findLastIndex(({ event }) => window.has(event.id));
	const linked = entries.some(({ event }) => window.joins(event.id));
	const fresh = !linked && newestAt(entries) < lastAt ? [] : entries.slice(newest + 1);
	return { linked, epoch, entries: fresh, ids, sources: [] };
}

function ofRun({ entries, ids, epoch: kept }: Piece, emission: Emission, source?: Source): Segment {
	const linked = entries.some(({ event }) => emission.window.joins(event.id));
	const segment = { linked, epoch: source?.epoch ?? kept, entries, ids, sources: source ? [source] : [] };
	return linked ? { ...segment, epoch: emission.epoch, entries: inTime(segment, emission) } : segment;
}

function inTime({ epoch, entries }: Pick<Segment, "epoch" | "entries">, emission: Emission): readonly Buffered[] {
	if (epoch >= emission.epoch) return entries;
	const events = entries.map(({ event }) => event);
	return entries.slice(tooLate(events, emission.window));
}

/**
 * Of what was asked for from before a gap: how many messages lie before that. Those before the first one that was emitted
 * since; but where that is not the very first since the gap, they begin behind it, and have only overtaken that one.
 */
export function tooLate(events: readonly UpstreamEvent[], window: DedupWindow): number {
	const first = events.findIndex(({ id }) => window.joins(id));
	return first > 0 && !window.hasBefore(events[first]?.id ?? "") ? first : 0;
}

/** Makes one of a piece and of all segments that share ids with it, at the position of the first of those. */
function join(segments: Segment[], piece: Segment): void {
	const joined = segments.filter(({ ids }) => shares(ids, piece.ids));
	const [first] = joined;
	if (!first) {
		segments.push(piece);
		return;
	}
	segments[segments.indexOf(first)] = {
		linked: piece.linked || joined.some(({ linked }) => linked),
		epoch: Math.min(piece.epoch, ...joined.map(({ epoch }) => epoch)),
		entries: joined.reduce((woven, { entries }) => weave(entries, woven), piece.entries),
		ids: new Set([...joined.flatMap(({ ids }) => [...ids]), ...piece.ids]),
		sources: [...joined.flatMap(({ sources }) => sources), ...piece.sources],
	};
	for (const other of joined.slice(1)) segments.splice(segments.indexOf(other), 1);
}

/** What pages have behind all that its connections have brought, those will bring themselves. */
function withoutPagedEnd(segment: Segment): Segment {
	const { sources, entries } = segment;
	return sources.length > 0
		? { ...segment, entries: entries.slice(0, entries.findLastIndex(({ paged }) => !paged) + 1) }
		: segment;
}

/**
 * Below 0: the one comes before the other. A time in whole seconds may stand for any within that second: where the newest
 * messages can't tell the oldest may.
 */
function compare(one: Segment, other: Segment): number {
	const [a, b] = [timesOf(one), timesOf(other)];
	if (a.newestAtMost < b.newest || b.newestAtMost < a.newest) return a.newest - b.newest;
	if (a.oldestAtMost < b.oldest || b.oldestAtMost < a.oldest) return a.oldest - b.oldest;
	return a.newest - b.newest;
}

/** Upstream times of its oldest and newest message, ms, at least and at most. */
function timesOf({ entries }: Segment) {
	const times = {
		oldest: Number.POSITIVE_INFINITY,
		oldestAtMost: Number.POSITIVE_INFINITY,
		newest: 0,
		newestAtMost: 0,
	};
	for (const { event } of entries) {
		const { at } = event;
		if (isNonsense(event)) continue;
		const atMost = at % 1000 === 0 ? at + 999 : at;
		times.oldest = Math.min(times.oldest, at);
		times.oldestAtMost = Math.min(times.oldestAtMost, atMost);
		times.newest = Math.max(times.newest, at);
		times.newestAtMost = Math.max(times.newestAtMost, atMost);
	}
	return times;
}

/** The newest upstream time of messages, ms. */
function newestAt(entries: readonly Buffered[]): number {
	return entries.reduce((max, { event }) => (isNonsense(event) ? max : Math.max(max, event.at)), 0);
}

export function isNonsense({ at, receivedAt }: UpstreamEvent): boolean {
	return at > receivedAt + nonsenseMs;
}

/** Whether a run that goes on would bring more before what has ended, or what a page holds. */
function isLater(segment: Segment, live: Segment | undefined): boolean {
	return !segment.linked && segment.sources.length === 0 && !!live && compare(live, segment) < 0;
}

function stepsOf(segments: readonly Segment[], emission: Emission): Step[] {
	const steps: Step[] = [];
	let gap = emission.reason;
	for (const segment of segments) {
		const { linked } = segment;
		if (linked) gap = undefined;
		const fresh = inTime(segment, emission).filter(({ event }) => !emission.window.has(event.id));
		if (fresh.length > 0) steps.push({ gap, entries: fresh });
		if (fresh.length > 0 || linked) gap = "backfilled";
	}
	return steps;
}

function shares(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
	for (const id of other) if (isId(id) && one.has(id)) return true;
	return false;
}

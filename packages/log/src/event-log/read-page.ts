import type { LiveEventType } from "@livekeeper/douyin";
import type { ReadPage, ReadQuery, StoredEvent, Truncation } from "./event-log.ts";

const defaultLimit = 500;
const maxLimit = 5_000;
const maxPageChars = 1 << 20;
/** Maximum number of events that a page examines, so that a search for rare events can't delay other readers. */
const maxScanned = 5_000;

type IsSelected = (event: Pick<StoredEvent, "type" | "at">) => boolean;
/** Returns the matching events from one `seq` to another, both included. */
type Source = (from: number, to: number, isSelected: IsSelected) => Iterable<StoredEvent>;

/** How far an event's `at` ever lay from the time it was stored, in either direction, and how far ahead of it, ms. */
export interface Skews {
	maxSkewMs: number;
	maxAheadMs: number;
}

/** A room's log as its ends show it. */
export interface RoomEnds extends Skews {
	oldestSeq: number;
	lastSeq: number;
}

/** Returns the skews of a room with some more events. @param before those of the room; default: it has no events */
export function skewsWith(
	events: readonly { at: number }[],
	storedAt: number,
	{ maxSkewMs, maxAheadMs }: Skews = { maxSkewMs: 0, maxAheadMs: 0 },
): Skews {
	let [skew, ahead] = [maxSkewMs, maxAheadMs];
	for (const { at } of events) {
		skew = Math.max(skew, Math.abs(at - storedAt));
		ahead = Math.max(ahead, at - storedAt);
	}
	return { maxSkewMs: skew, maxAheadMs: ahead };
}

/**
 * Returns when events with an `at` in this range can have been stored: at or after `from`, and before `before`, ms since
 * the epoch, or infinite.
 */
export function storedTimes(
	{ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Pick<ReadQuery, "from" | "to">,
	{ maxSkewMs, maxAheadMs }: Skews,
): { from: number; before: number } {
	// An event in the range can be stored before it only if its time lay ahead. One with an old time, pinned perhaps,
	// can't.
	return { from: from - maxAheadMs, before: to + maxSkewMs + 1 };
}

/** Returns the `seq` that a page begins after. */
export function askedAfter({ after = 0 }: ReadQuery): number {
	return Math.max(0, after);
}

interface PageOptions {
	/** Ends of the room's log. Numbers up to `base` were assigned before the log was lost, or never. */
	ends: RoomEnds & { base: number };
	/** First event that was stored at the {@link storedTimes} of the query, and the first that was stored after them. */
	first: number;
	end: number;
	/** Maximum number of events that it examines; default {@link maxScanned}. */
	maxLooked?: number;
}

/** A page of a room under construction. */
export class Page {
	/** All events up to this `seq` were examined. */
	scannedTo: number;
	/** The last `seq` to examine. */
	readonly last: number;
	readonly #events: StoredEvent[] = [];
	readonly #ends: RoomEnds;
	readonly #isSelected: IsSelected;
	readonly #withRaw: boolean;
	readonly #limit: number;
	readonly #maxChars: number;
	readonly #begin: number;
	#truncated: Truncation | undefined;
	#chars = 0;
	#looked = 0;
	readonly #maxLooked: number;

	constructor(query: ReadQuery, { ends, first, end, maxLooked = maxScanned }: PageOptions) {
		const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
		const types: ReadonlySet<LiveEventType> | undefined = query.types && new Set(query.types);
		this.#isSelected = ({ type, at }) => at >= from && at < to && (!types || types.has(type));
		this.#withRaw = query.raw === true;
		this.#limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		this.#maxChars = Math.min(maxPageChars, query.maxChars ?? maxPageChars);
		this.#maxLooked = maxLooked;
		this.#ends = ends;
		const asked = askedAfter(query);
		// If the time range begins after the oldest event, nothing that retention deleted can have been part of it.
		this.#truncated = first > ends.oldestSeq ? undefined : truncation(ends, asked);
		this.#begin = Math.max(asked > ends.lastSeq ? 0 : asked, first - 1);
		this.scannedTo = this.#begin;
		this.last = end - 1;
	}

	/**
	 * Passes over numbers up to this one, whose events are gone. The page reports them if it begins with them.
	 * @returns false if it ends before them, so that the next one reports them
	 */
	skip(to: number, reason: Truncation["reason"]): boolean {
		if (to <= this.scannedTo) return true;
		if (this.scannedTo > this.#begin) return false;
		const before = this.#truncated;
		const isReset = before?.reason === "reset" || reason === "reset";
		// Retention may have deleted everything up to them: one range then.
		this.#truncated = { from: before?.from ?? this.#begin + 1, to, reason: isReset ? "reset" : "retention" };
		this.scannedTo = to;
		return true;
	}

	/** Adds matching events from one `seq` to another, both included. @returns false when the page is full */
	add(from: number, to: number, source: Source): boolean {
		const first = Math.max(from, this.scannedTo + 1);
		const last = Math.min(to, first + this.#maxLooked - this.#looked - 1);
		for (const { raw, ...event } of source(first, last, this.#isSelected)) {
			const hasRaw = this.#withRaw && raw !== undefined;
			this.#events.push(hasRaw ? { ...event, raw } : event);
			this.#chars += event.json.length + (hasRaw ? raw.length : 0);
			if (this.#events.length < this.#limit && this.#chars < this.#maxChars) continue;
			this.scannedTo = event.seq;
			return false;
		}
		this.#looked += Math.max(0, last - first + 1);
		this.scannedTo = Math.max(this.scannedTo, last);
		return this.#looked < this.#maxLooked;
	}

	result(): ReadPage {
		const { oldestSeq, lastSeq } = this.#ends;
		const caughtUp = this.scannedTo >= this.last;
		return {
			events: this.#events,
			nextAfter: caughtUp ? lastSeq : this.scannedTo,
			caughtUp,
			...(this.#truncated && { truncated: this.#truncated }),
			oldestSeq,
			lastSeq,
		};
	}
}

/** Returns the deleted or lost part of the events behind `after`. */
function truncation({ oldestSeq, lastSeq, base }: PageOptions["ends"], after: number): Truncation | undefined {
	const to = oldestSeq - 1;
	if (after > lastSeq) return { from: 1, to, reason: "reset" };
	if (after >= to) return undefined;
	return { from: after + 1, to, reason: after < base ? "reset" : "retention" };
}

/** Returns the page of a room that the log doesn't know. @param base the number before its first event */
export function emptyPage(after: number, base = 0): ReadPage {
	const page: ReadPage = { events: [], nextAfter: base, caughtUp: true, oldestSeq: base + 1, lastSeq: base };
	if (after > base) return { ...page, truncated: { from: 1, to: base, reason: "reset" } };
	// Numbers of an earlier log.
	return after > 0 && after < base ? { ...page, truncated: { from: after + 1, to: base, reason: "reset" } } : page;
}

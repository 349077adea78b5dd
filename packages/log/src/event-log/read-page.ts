import type { LiveEventType } from "@livekeeper/douyin";
import type { ReadPage, ReadQuery, StoredEvent, Truncation } from "./event-log.ts";

const defaultLimit = 500;
const maxLimit = 5_000;
const maxPageChars = 1 << 20;
/** Maximum number of events that a page examines, so that a search for rare events can't delay other readers. */
export const maxScanned = 5_000;

type IsSelected = (event: Pick<StoredEvent, "type" | "at">) => boolean;
/** Returns the matching events from one `seq` to another, both included. */
type Source = (from: number, to: number, isSelected: IsSelected) => Iterable<StoredEvent>;

/** A page under construction. */
export class Page {
	readonly events: StoredEvent[] = [];
	/** All events up to this `seq` were examined. */
	scannedTo: number;
	readonly isSelected: IsSelected;
	readonly #withRaw: boolean;
	readonly #limit: number;
	readonly #maxChars: number;
	#chars = 0;
	#looked = 0;
	readonly #maxLooked: number;

	/** @param after the `seq` it begins after. @param maxLooked maximum number of events it examines */
	constructor(query: ReadQuery, after: number, maxLooked = maxScanned) {
		const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
		const types: ReadonlySet<LiveEventType> | undefined = query.types && new Set(query.types);
		this.isSelected = ({ type, at }) => at >= from && at < to && (!types || types.has(type));
		this.#withRaw = query.raw === true;
		this.#limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		this.#maxChars = Math.min(maxPageChars, query.maxChars ?? maxPageChars);
		this.#maxLooked = maxLooked;
		this.scannedTo = after;
	}

	/** Adds matching events from one `seq` to another, both included. @returns false when the page is full */
	add(from: number, to: number, source: Source): boolean {
		const first = Math.max(from, this.scannedTo + 1);
		const last = Math.min(to, first + this.#maxLooked - this.#looked - 1);
		for (const { raw, ...event } of source(first, last, this.isSelected)) {
			const hasRaw = this.#withRaw && raw !== undefined;
			this.events.push(hasRaw ? { ...event, raw } : event);
			this.#chars += event.json.length + (hasRaw ? raw.length : 0);
			if (this.events.length < this.#limit && this.#chars < this.#maxChars) continue;
			this.scannedTo = event.seq;
			return false;
		}
		this.#looked += Math.max(0, last - first + 1);
		this.scannedTo = Math.max(this.scannedTo, last);
		return this.#looked < this.#maxLooked;
	}
}

/** First and last `seq` of a room's log. */
interface Extent {
	oldestSeq: number;
	lastSeq: number;
	/** Numbers up to this were assigned before the log was lost, or never. */
	base: number;
}

/** Returns the deleted or lost part of the events behind `after`. */
export function truncation({ oldestSeq, lastSeq, base }: Extent, after: number): Truncation | undefined {
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

import { Turns } from "@livekeeper/base/turns";
import type { LiveEventType } from "@livekeeper/douyin";
import type { StoredEvent } from "./event-log.ts";
import type { SearchFilter } from "./search-filter.ts";
import { searchFilter } from "./search-filter.ts";

export interface SearchQuery {
	/**
	 * Text contained in the content, the gift's name, the nickname or the Douyin ID; ASCII letters match in either case.
	 */
	text?: string | undefined;
	/** Only of the person with this `id`, `sec_uid`, `display_id` or `webcast_uid`. */
	user?: string | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
	/** Only these rooms; default all. */
	liveIds?: readonly string[] | undefined;
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Continue where the previous page ended. */
	cursor?: SearchCursor | undefined;
	/** Maximum number of events; default 100, at most 500. A page also ends at about 1 MiB of JSON. */
	limit?: number | undefined;
	/** A page also ends after searching for this long, but not before each room was examined once, ms; default 1,000. */
	budgetMs?: number | undefined;
}

/** The newest event that was not yet returned or examined. */
export interface SearchCursor {
	/** No event behind it was stored later than this, ms since the epoch. */
	storedAt: number;
	liveId: string;
	seq: number;
}

export interface SearchPage {
	/** Newest first, by the time they were stored; events of one room by descending `seq`. */
	events: StoredEvent[];
	/** Number of events examined. */
	looked: number;
	/** The search has covered everything stored after this, ms since the epoch; absent: the whole log. */
	reachedAt?: number;
	/** When the oldest event to be examined was stored, ms since the epoch; absent: there is none. */
	oldestAt?: number;
	/** Pass it to continue; absent: there is no more. */
	cursor?: SearchCursor;
}

/** The part of a room that is still to be examined. */
export interface RoomPast {
	liveId: string;
	first: number;
	last: number;
	/** None of these events was stored later than this, ms since the epoch. */
	storedAt: number;
	/** None was stored earlier. */
	oldestAt: number;
}

/** Start of a search in a room: excludes events with a greater `seq`, or stored at or after a time. */
export interface PastEnd {
	liveId: string;
	last?: number | undefined;
	storedBefore?: number | undefined;
}

/** Events of one room that are examined together, newest first. */
export interface RoomRange {
	liveId: string;
	first: number;
	last: number;
}

/** End of a room's log that has events, and when the first and the last of them were stored, ms since the epoch. */
interface PastEnds {
	lastSeq: number;
	oldestAt: number;
	newestAt: number;
}

/**
 * Returns the part of a room that a search examines.
 * @param from no event is wanted that was stored before this, ms since the epoch
 * @param first first event that was stored at or after `from`
 * @param end first event that was stored too late
 * @returns `undefined` if there is none
 */
export function roomPast(
	{ liveId, last = Number.POSITIVE_INFINITY, storedBefore = Number.POSITIVE_INFINITY }: PastEnd,
	{ lastSeq, oldestAt, newestAt }: PastEnds,
	{ from, first, end }: { from: number; first: number; end: number },
): RoomPast | undefined {
	const past = { liveId, first, last: Math.min(lastSeq, last, end - 1) };
	if (past.first > past.last) return undefined;
	return { ...past, storedAt: Math.min(newestAt, storedBefore - 1), oldestAt: Math.max(from, oldestAt) };
}

export interface FoundEvent extends StoredEvent {
	storedAt: number;
}

/** Result of examining one range. */
export interface Looked {
	/** Newest first. */
	found: FoundEvent[];
	/** The oldest `seq` examined. */
	first: number;
	/** No older event was stored later than this, ms since the epoch. */
	storedAt: number;
}

/** Reads a store backwards from its end. Each call takes a few ms. */
export interface PastReader {
	liveIds(): Promise<string[]>;
	/** Omits rooms without events to examine. */
	histories(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): Promise<RoomPast[]>;
	/** @param max number of matches in a range after which the rest of it may be skipped */
	lookBack(ranges: readonly RoomRange[], filter: SearchFilter, max: number): Promise<Looked[]>;
}

const defaultLimit = 100;
const maxLimit = 500;
const defaultBudgetMs = 1_000;
const maxPageChars = 1 << 20;
/** Events examined in one slice. Other readers wait for it. */
const sliceEvents = 5_000;
/** Rooms whose position is looked up in one call. */
const sliceRooms = 50;
/** Events that are examined before all rooms have had their turn, and the minimum for one room. */
const roundEvents = 100_000;
const minOfRoom = 32;
/** Rooms that are within this distance of the foremost room are examined together with it, ms. */
const nearMs = 60_000;

/**
 * Searches a log backwards: continues in the room whose next events are the newest, so that matches of all rooms can be
 * returned newest first. Slices of all searches take turns, so other readers wait for one slice at most.
 */
export class LogSearch {
	readonly #reader: PastReader;
	readonly #now: () => number;
	readonly #turns = new Turns();

	/** @param now clock that measures the time of a page, ms */
	constructor(reader: PastReader, now: () => number = () => performance.now()) {
		this.#reader = reader;
		this.#now = now;
	}

	/** @param signal ends it between two slices. @throws the signal's reason */
	async search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> {
		const endsAt = this.#now() + (query.budgetMs ?? defaultBudgetMs);
		const limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		const filter = searchFilter(query);
		const front = new Front(await this.#histories(query, signal), limit);
		while (front.next() && (front.turns < front.rooms || this.#now() < endsAt)) {
			const ranges = front.ranges();
			const work = () => this.#reader.lookBack(ranges, filter, limit);
			front.take(ranges, await this.#inTurn(work, signal));
		}
		return front.page();
	}

	async #histories(query: SearchQuery, signal?: AbortSignal): Promise<RoomPast[]> {
		const liveIds = [...new Set(query.liveIds ?? (await this.#reader.liveIds()))];
		const histories: RoomPast[] = [];
		for (let i = 0; i < liveIds.length; i += sliceRooms) {
			const ends = liveIds.slice(i, i + sliceRooms).map((liveId) => pastEnd(liveId, query.cursor));
			histories.push(...(await this.#inTurn(() => this.#reader.histories(ends, query), signal)));
		}
		return histories;
	}

	#inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
		return this.#turns.take(() => {
			signal?.throwIfAborted();
			return work();
		});
	}
}

/** Matches and the ranges still to be examined. A match is returned once nothing newer can be found. */
class Front {
	/** Number of rooms with events to examine. */
	readonly rooms: number;
	/** Number of ranges examined. */
	turns = 0;
	readonly #histories: Map<string, RoomPast>;
	readonly #limit: number;
	readonly #oldestAt: number;
	readonly #maxOfRoom: number;
	readonly #events: StoredEvent[] = [];
	/** Matches for which something newer may still be found; newest first. */
	#waiting: (SearchCursor & { event: StoredEvent })[] = [];
	/** Rooms in order; the search continues with the first. */
	#order: RoomPast[] = [];
	#chars = 0;
	#looked = 0;

	constructor(histories: readonly RoomPast[], limit: number) {
		this.#histories = new Map(histories.map((past) => [past.liveId, past]));
		this.#limit = limit;
		this.rooms = histories.length;
		this.#oldestAt = histories.reduce((oldest, past) => Math.min(oldest, past.oldestAt), Number.POSITIVE_INFINITY);
		this.#maxOfRoom = Math.min(sliceEvents, Math.max(minOfRoom, Math.floor(roundEvents / Math.max(1, this.rooms))));
	}

	/** Returns matches to the page as far as possible. @returns whether to search further */
	next(): boolean {
		this.#order = [...this.#histories.values()].sort(newestRoomFirst);
		const [front] = this.#order;
		let given = 0;
		for (const place of this.#waiting) {
			if (this.#isFull || (front && newestFirst(place, placeOf(front)) > 0)) break;
			this.#events.push(place.event);
			this.#chars += place.event.json.length;
			given++;
		}
		this.#waiting.splice(0, given);
		return front !== undefined && !this.#isFull;
	}

	ranges(): RoomRange[] {
		const ranges: RoomRange[] = [];
		let left = sliceEvents;
		const nearest = (this.#order[0]?.storedAt ?? 0) - nearMs;
		for (const { liveId, first, last, storedAt } of this.#order) {
			if (left <= 0 || storedAt < nearest) break;
			const count = Math.min(this.#maxOfRoom, left, last - first + 1);
			ranges.push({ liveId, first: last - count + 1, last });
			left -= count;
		}
		return ranges;
	}

	take(ranges: readonly RoomRange[], looked: readonly Looked[]): void {
		ranges.forEach(({ liveId, last, first: asked }, index) => {
			const past = this.#histories.get(liveId);
			const { found, first, storedAt } = looked[index] ?? { found: [], first: 1, storedAt: 0 };
			for (const { storedAt: at, ...event } of found) {
				this.#waiting.push({ storedAt: at, liveId, seq: event.seq, event });
			}
			this.turns++;
			this.#looked += last - Math.max(asked, first) + 1;
			if (!past || first <= past.first) this.#histories.delete(liveId);
			else this.#histories.set(liveId, { ...past, last: first - 1, storedAt: Math.min(past.storedAt, storedAt) });
		});
		this.#waiting.sort(newestFirst);
	}

	page(): SearchPage {
		const [waiting] = this.#waiting;
		const rest = [...(waiting ? [waiting] : []), ...this.#order.slice(0, 1).map(placeOf)].sort(newestFirst)[0];
		const { storedAt, liveId, seq } = rest ?? {};
		return {
			events: this.#events,
			looked: this.#looked,
			...(rest && { reachedAt: storedAt, cursor: { storedAt, liveId, seq } as SearchCursor }),
			...(this.rooms > 0 && { oldestAt: this.#oldestAt }),
		} as SearchPage;
	}

	get #isFull(): boolean {
		return this.#events.length >= this.#limit || this.#chars >= maxPageChars;
	}
}

function placeOf({ liveId, last, storedAt }: RoomPast): SearchCursor {
	return { storedAt, liveId, seq: last };
}

/** Order of rooms by {@link placeOf}, of which each has one. */
function newestRoomFirst(a: RoomPast, b: RoomPast): number {
	return b.storedAt - a.storedAt || (a.liveId < b.liveId ? 1 : -1);
}

function newestFirst(a: SearchCursor, b: SearchCursor): number {
	if (a.storedAt !== b.storedAt) return b.storedAt - a.storedAt;
	if (a.liveId !== b.liveId) return a.liveId < b.liveId ? 1 : -1;
	return b.seq - a.seq;
}

function pastEnd(liveId: string, cursor: SearchCursor | undefined): PastEnd {
	if (!cursor) return { liveId };
	const storedBefore = liveId <= cursor.liveId ? cursor.storedAt + 1 : cursor.storedAt;
	return liveId === cursor.liveId ? { liveId, last: cursor.seq, storedBefore } : { liveId, storedBefore };
}

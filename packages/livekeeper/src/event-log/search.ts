import type { LiveEventType } from "@livekeeper/douyin";
import { Turns } from "../turns.ts";
import type { StoredEvent } from "./event-log.ts";
import type { SearchFilter } from "./search-filter.ts";
import { searchFilter } from "./search-filter.ts";

export interface SearchQuery {
	/** What the content, the gift's name, the nickname or the Douyin ID contains; ASCII letters in either case. */
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
	/** Go on where the page before ended. */
	cursor?: SearchCursor | undefined;
	/** At most this many events; default 100, at most 500. A page also ends at about 1 MiB of JSON. */
	limit?: number | undefined;
	/** A page also ends once it has looked for this long, and at each room once, ms; default 1,000. */
	budgetMs?: number | undefined;
}

/** The newest event that has not been given yet, or looked at. */
export interface SearchCursor {
	/** No event behind it was stored later, ms since the epoch. */
	storedAt: number;
	liveId: string;
	seq: number;
}

export interface SearchPage {
	/** Newest first, by when they were stored; those of a room by falling `seq`. */
	events: StoredEvent[];
	/** How many events were looked at. */
	looked: number;
	/** The search has covered everything stored after this, ms since the epoch; absent: the whole log. */
	reachedAt?: number;
	/** When the oldest event was stored that is to be looked at, ms since the epoch; absent: there is none. */
	oldestAt?: number;
	/** Pass it to continue; absent: there is no more. */
	cursor?: SearchCursor;
}

/** What of a room is still to be looked at. */
export interface RoomPast {
	liveId: string;
	first: number;
	last: number;
	/** None of these was stored later than this, ms since the epoch. */
	storedAt: number;
	/** None was stored earlier. */
	oldestAt: number;
}

/** Where a room's past begins: behind it no event has a greater `seq`, or was stored at or after a time. */
export interface PastEnd {
	liveId: string;
	last?: number | undefined;
	storedBefore?: number | undefined;
}

/** Events of one room that are looked at together, newest first. */
export interface Stretch {
	liveId: string;
	first: number;
	last: number;
}

export interface FoundEvent extends StoredEvent {
	storedAt: number;
}

/** What a stretch holds. */
export interface Looked {
	/** Newest first. */
	found: FoundEvent[];
	/** The oldest that was looked at. */
	first: number;
	/** None that is older was stored later than this, ms since the epoch. */
	storedAt: number;
}

/** How a store is read from its end. Each call takes a few ms. */
export interface PastReader {
	liveIds(): Promise<string[]>;
	/** Rooms without anything to look at are left out. */
	pasts(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): Promise<RoomPast[]>;
	/** @param most matches of a stretch after which the rest of it may be skipped */
	lookBack(stretches: readonly Stretch[], filter: SearchFilter, most: number): Promise<Looked[]>;
}

const defaultLimit = 100;
const maxLimit = 500;
const defaultBudgetMs = 1_000;
const maxPageChars = 1 << 20;
/** Events examined in one slice: other readers wait for it. */
const sliceEvents = 5_000;
/** Rooms whose place is looked up in one go. */
const sliceRooms = 50;
/** Events that are looked at before all rooms have had their turn, and of one room then. */
const roundEvents = 100_000;
const leastOfRoom = 32;
/** Rooms that have come as far back as the first, to within this, are looked at together with it, ms. */
const nearMs = 60_000;

/**
 * Searches a log from its end: goes back in the room whose next events are the newest, so that what is found can be given
 * newest first over all rooms. Slices of all searches take turns: other readers wait for one slice at most.
 */
export class LogSearch {
	readonly #reader: PastReader;
	readonly #now: () => number;
	readonly #turns = new Turns();

	/** @param now what the time of a page is measured by, ms */
	constructor(reader: PastReader, now: () => number = () => performance.now()) {
		this.#reader = reader;
		this.#now = now;
	}

	/** @param signal ends it between two slices. @throws the signal's reason */
	async search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> {
		const endsAt = this.#now() + (query.budgetMs ?? defaultBudgetMs);
		const limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		const filter = searchFilter(query);
		const front = new Front(await this.#pasts(query, signal), limit);
		while (front.next() && (front.turns < front.rooms || this.#now() < endsAt)) {
			const stretches = front.stretches();
			const work = () => this.#reader.lookBack(stretches, filter, limit);
			front.take(stretches, await this.#inTurn(work, signal));
		}
		return front.page();
	}

	async #pasts(query: SearchQuery, signal?: AbortSignal): Promise<RoomPast[]> {
		const liveIds = [...new Set(query.liveIds ?? (await this.#reader.liveIds()))];
		const pasts: RoomPast[] = [];
		for (let i = 0; i < liveIds.length; i += sliceRooms) {
			const ends = liveIds.slice(i, i + sliceRooms).map((liveId) => pastEnd(liveId, query.cursor));
			pasts.push(...(await this.#inTurn(() => this.#reader.pasts(ends, query), signal)));
		}
		return pasts;
	}

	#inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
		return this.#turns.take(() => {
			signal?.throwIfAborted();
			return work();
		});
	}
}

/** What was found and what is still to be looked at: where these meet, nothing newer is missing. */
class Front {
	/** How many rooms have something to look at. */
	readonly rooms: number;
	/** Stretches that were looked at. */
	turns = 0;
	readonly #pasts: Map<string, RoomPast>;
	readonly #limit: number;
	readonly #oldestAt: number;
	readonly #mostOfRoom: number;
	readonly #events: StoredEvent[] = [];
	/** Found, while something newer may be found yet; newest first. */
	#waiting: (SearchCursor & { event: StoredEvent })[] = [];
	/** The rooms, the one to go on with first. */
	#order: RoomPast[] = [];
	#chars = 0;
	#looked = 0;

	constructor(pasts: readonly RoomPast[], limit: number) {
		this.#pasts = new Map(pasts.map((past) => [past.liveId, past]));
		this.#limit = limit;
		this.rooms = pasts.length;
		this.#oldestAt = pasts.reduce((oldest, past) => Math.min(oldest, past.oldestAt), Number.POSITIVE_INFINITY);
		this.#mostOfRoom = Math.min(sliceEvents, Math.max(leastOfRoom, Math.floor(roundEvents / Math.max(1, this.rooms))));
	}

	/** Gives what can be given. @returns whether to look further */
	next(): boolean {
		this.#order = [...this.#pasts.values()].sort((a, b) => newestFirst(placeOf(a), placeOf(b)));
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

	stretches(): Stretch[] {
		const stretches: Stretch[] = [];
		let left = sliceEvents;
		const nearest = (this.#order[0]?.storedAt ?? 0) - nearMs;
		for (const { liveId, first, last, storedAt } of this.#order) {
			if (left <= 0 || storedAt < nearest) break;
			const count = Math.min(this.#mostOfRoom, left, last - first + 1);
			stretches.push({ liveId, first: last - count + 1, last });
			left -= count;
		}
		return stretches;
	}

	take(stretches: readonly Stretch[], looked: readonly Looked[]): void {
		stretches.forEach(({ liveId, last, first: asked }, index) => {
			const past = this.#pasts.get(liveId);
			const { found, first, storedAt } = looked[index] ?? { found: [], first: 1, storedAt: 0 };
			for (const { storedAt: at, ...event } of found) {
				this.#waiting.push({ storedAt: at, liveId, seq: event.seq, event });
			}
			this.turns++;
			this.#looked += last - Math.max(asked, first) + 1;
			if (!past || first <= past.first) this.#pasts.delete(liveId);
			else this.#pasts.set(liveId, { ...past, last: first - 1, storedAt: Math.min(past.storedAt, storedAt) });
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

import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { RoomEvent, RoomEventType } from "./types.ts";

export interface SearchOptions extends RequestOptions {
	/** Text within a message, a gift's name, a nickname or a Douyin ID; ASCII letters in either case. */
	text?: string | undefined;
	/** Only events of the user with this `id`, `sec_uid`, `display_id` (the Douyin ID) or `webcast_uid`. */
	user?: string | undefined;
	/** Only these kinds; default all. */
	types?: readonly RoomEventType[] | undefined;
	/** Only these rooms, at most 100; default all. */
	rooms?: readonly string[] | undefined;
	/** Events at or after this, ms since the epoch. */
	from?: number | undefined;
	/** Events before this, ms since the epoch. */
	to?: number | undefined;
	/** Maximum number of events in a page, up to 500; default 100. */
	limit?: number | undefined;
	/** Continue where a page ended. */
	cursor?: string | undefined;
}

/** Events that the service has found in about a second; there may be none yet. */
export interface SearchPage {
	/** Newest first. */
	events: RoomEvent[];
	/** Number of events that were searched. */
	looked: number;
	/** The search has covered everything stored after this, ms since the epoch; `null`: the whole log. */
	reachedAt: number | null;
	/** Time at which the search will end, ms since the epoch; `null`: there is nothing to search. */
	oldestAt: number | null;
	/** Pass it to continue; `null`: there is no more. */
	cursor: string | null;
}

interface WirePage extends Pick<SearchPage, "events" | "looked" | "cursor"> {
	reached_at: number | null;
	oldest_at: number | null;
}

/** Returns one page of a search. */
async function searchPage(connection: Connection, options: SearchOptions): Promise<SearchPage> {
	const { text: q, types, rooms, signal, ...rest } = options;
	const query = { q, types: types?.join(","), rooms: rooms?.join(","), ...rest };
	const page = await requestJson<WirePage>(connection, "api/v1/search", { query, signal });
	const { events, looked, cursor } = page;
	return { events, looked, reachedAt: page.reached_at, oldestAt: page.oldest_at, cursor };
}

/** Yields the pages of a search until there is no more. */
export async function* searchPages(connection: Connection, options: SearchOptions): AsyncGenerator<SearchPage, void> {
	for (let cursor: string | null | undefined = options.cursor; cursor !== null; ) {
		const page = await searchPage(connection, { ...options, cursor });
		yield page;
		cursor = page.cursor;
	}
}

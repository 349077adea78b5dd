import { type ExportOptions, exportCall } from "./export-call.ts";
import { type FollowOptions, follow } from "./follow.ts";
import type {
	Broadcast,
	BroadcastGifts,
	BroadcastReport,
	BroadcastWords,
	Highlights,
	KindCount,
	QualityPoint,
	RawField,
	Room,
	Series,
} from "./gen/api.ts";
import { type Connection, type RequestOptions, requestFile, requestJson, requestOpen } from "./http.ts";
import { roomPath, roomsApi } from "./rooms-api.ts";
import type { HistoryPage, RoomEvent, RoomEventType, RoomItem, TruncatedNotice } from "./types.ts";

export interface HistoryOptions extends RequestOptions {
	/** Only events with a greater `seq`; default 0, before the oldest there is. */
	after?: number | undefined;
	/** Maximum number of events. */
	limit?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly RoomEventType[] | undefined;
	/** Events at or after this, ms since the epoch. */
	from?: number | undefined;
	/** Events before this, ms since the epoch. */
	to?: number | undefined;
	/** Whether events include the upstream's payload as `raw` (base64), if the room stores it; default false. */
	raw?: boolean | undefined;
}

export interface SeriesOptions extends RequestOptions {
	/** Time within the first minute, ms since the epoch; default 12 hours before `to`. */
	from?: number | undefined;
	/** Only minutes that begin before this, ms since the epoch; default now. */
	to?: number | undefined;
	/** Number of minutes in one point, 1 to 1440; default 1. */
	step?: number | undefined;
	/** Only the messages of this broadcast, by its `room_id`; default: all. */
	broadcast?: string | undefined;
}

export interface GiftsOptions extends RequestOptions {
	/** Maximum number of entries in each list, up to 200; default 20. */
	limit?: number | undefined;
	/** Number of entries to skip in each list; default 0. */
	offset?: number | undefined;
}

export interface HighlightsOptions extends RequestOptions {
	/** When the recording began that offsets count from, ms since the epoch; default: with the broadcast. */
	from?: number | undefined;
	/** When it ended, ms since the epoch; later moments are left out. */
	to?: number | undefined;
	/** Seconds added to each offset; default 0. */
	offset?: number | undefined;
	/** Maximum number of moments, up to 50; default 12. */
	limit?: number | undefined;
	/** Whether to read the chat for new words, which takes seconds for a long broadcast; default true. */
	words?: boolean | undefined;
}

/** `ffmetadata`: chapters for ffmpeg. `youtube`: text for a description. `edl`: a cut list (CMX 3600). */
export type ChapterFormat = "ffmetadata" | "youtube" | "edl" | "csv";

/** Fields of an event's payload, read without a schema. */
export interface EventFields {
	seq: number;
	/** The site's name of the kind. */
	method: string;
	fields: RawField[];
	/** Number of bytes at the end that were not read. */
	unread: number;
}

/** Handle for reading one room. */
export interface RoomHandle {
	readonly liveId: string;
	/**
	 * Yields every event after `after` once and in order, first from the log, then live; continues across cuts and
	 * restarts of the service. `{type: "truncated"}` reports deleted events. Leave the loop or abort `signal` to end it.
	 * @throws LivekeeperApiError if retrying can't help (`room_not_found`, `unauthorized` …)
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * let last = 0;
	 * for await (const event of keeper.room("261378947940").events({ after: last })) {
	 * 	if (event.type === "truncated") console.warn("Deleted:", event.from, event.to);
	 * 	else last = event.seq;
	 * 	if (last >= 3) break;
	 * }
	 * console.log(last); // → 3
	 * ```
	 */
	events(options?: FollowOptions): AsyncIterable<RoomItem>;
	/**
	 * Returns one page of the room's history.
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const room = keeper.room("261378947940");
	 * const { events, nextAfter } = await room.history({ limit: 2 });
	 * console.log(events.map(({ seq }) => seq)); // → [1, 2]
	 * const next = await room.history({ after: nextAfter, limit: 1 });
	 * console.log(next.events[0]?.seq); // → 3
	 * ```
	 */
	history(options?: HistoryOptions): Promise<HistoryPage>;
	/** Returns the room's broadcasts, oldest first. @param options.last number of the newest to return; default all */
	broadcasts(options?: RequestOptions & { last?: number | undefined }): Promise<Broadcast[]>;
	/**
	 * Returns totals of the room over time, by the minute or by `step` minutes. At most 31 days and 3,000 points.
	 * @throws LivekeeperApiError `invalid_request`, with the step to use if these are too many
	 */
	series(options?: SeriesOptions): Promise<Series>;
	/**
	 * Returns the quality of the room's connection, a point for each 5 minutes of the last 24 hours.
	 * @throws LivekeeperApiError `room_not_found`, also for a room that is not kept
	 */
	qualityHistory(options?: RequestOptions): Promise<QualityPoint[]>;
	/** Returns the number of messages of each kind since the service started, the most frequent first. */
	kinds(options?: RequestOptions): Promise<KindCount[]>;
	/**
	 * Returns the fields of an event's payload, by their numbers.
	 * @throws LivekeeperApiError `not_found` if no payload is stored for it
	 */
	fields(seq: number, options?: RequestOptions): Promise<EventFields>;
	/**
	 * Returns the gifts of a broadcast, by kind and by giver.
	 * @param roomId as returned by `broadcasts`
	 * @throws LivekeeperApiError `broadcast_not_found`
	 */
	gifts(roomId: string, options?: GiftsOptions): Promise<BroadcastGifts>;
	/**
	 * Returns the report of a broadcast, for people: figures, gifts, best minutes, newcomers, usual values, gaps.
	 * @param roomId as returned by `broadcasts`; default: the newest
	 * @throws LivekeeperApiError `broadcast_not_found`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const room = keeper.room("261378947940");
	 * const [broadcast] = await room.broadcasts({ last: 1 });
	 * const report = await room.report(broadcast?.room_id);
	 * console.log(report.figures, report.gifts.by_giver);
	 * console.log(report.broadcast.room_id === broadcast?.room_id); // → true
	 * ```
	 */
	report(roomId?: string, options?: RequestOptions): Promise<BroadcastReport>;
	/**
	 * Returns the moments of a broadcast that stand out of its own rhythm, with the reasons.
	 * @param roomId as returned by `broadcasts`; default: the newest
	 * @throws LivekeeperApiError `broadcast_not_found`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const { highlights } = await keeper.room("261378947940").highlights();
	 * for (const { start_seconds, why } of highlights) console.log(start_seconds, why.en);
	 * console.log(highlights.length <= 12); // → true
	 * ```
	 */
	highlights(roomId?: string, options?: HighlightsOptions): Promise<Highlights>;
	/** Returns them as a file of chapters for a recording. @throws LivekeeperApiError `broadcast_not_found` */
	chapters(roomId: string, options: HighlightsOptions & { format: ChapterFormat }): Promise<File>;
	/**
	 * Returns the words that a broadcast's chat uses most. Reads all of its chat messages.
	 * @param roomId as returned by `broadcasts`; default: the newest
	 * @throws LivekeeperApiError `broadcast_not_found`
	 */
	words(roomId?: string, options?: RequestOptions & { limit?: number | undefined }): Promise<BroadcastWords>;
	/**
	 * Returns the room's events as a file, with the name that the service proposes.
	 * @throws LivekeeperApiError, also if it broke off: then there is no file
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const file = await keeper.room("261378947940").export({ format: "jsonl", types: ["chat"] });
	 * const [first = ""] = (await file.text()).split("\n");
	 * console.log(file.name, JSON.parse(first));
	 * console.log(JSON.parse(first).type); // → "chat"
	 * ```
	 */
	export(options: ExportOptions): Promise<File>;
	/** Opens an export as a stream: the answer's body is the file. */
	openExport(options: Omit<ExportOptions, "onProgress">): Promise<Response>;
	/**
	 * Returns the state of the room. @throws LivekeeperApiError `room_not_found`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const { live_id, state, health } = await keeper.room("261378947940").status();
	 * console.log(live_id); // → "261378947940"
	 * console.log(state, health);
	 * ```
	 */
	status(options?: RequestOptions): Promise<Room>;
}

interface WirePage {
	events: RoomEvent[];
	next_after: number;
	caught_up: boolean;
	truncated?: Omit<TruncatedNotice, "type"> | null;
	oldest_seq: number;
	last_seq: number;
}

const broadcastPath = (liveId: string, roomId: string) =>
	`${roomPath(liveId)}/broadcasts/${encodeURIComponent(roomId)}`;

/** The service reads a whole broadcast before it answers. */
function highlightsCall({ signal, words, ...query }: HighlightsOptions & { format?: ChapterFormat }) {
	const timeoutMs = Number.POSITIVE_INFINITY;
	return { signal, timeoutMs, query: { ...query, words: words === false ? "0" : undefined } };
}

export function roomHandle(connection: Connection, liveId: string): RoomHandle {
	const history = async ({ types, raw, signal, ...rest }: HistoryOptions = {}): Promise<HistoryPage> => {
		const query = { ...rest, types: types?.join(","), raw: raw ? 1 : undefined };
		const page = await requestJson<WirePage>(connection, `${roomPath(liveId)}/events`, { query, signal });
		return {
			events: page.events,
			nextAfter: page.next_after,
			caughtUp: page.caught_up,
			...(page.truncated ? { truncated: { type: "truncated" as const, ...page.truncated } } : {}),
			oldestSeq: page.oldest_seq,
			lastSeq: page.last_seq,
		};
	};
	return {
		liveId,
		history,
		async broadcasts({ last, signal } = {}) {
			const path = `${roomPath(liveId)}/broadcasts`;
			const query = { last };
			return (await requestJson<{ broadcasts: Broadcast[] }>(connection, path, { query, signal })).broadcasts;
		},
		series: ({ signal, ...query } = {}) =>
			requestJson<Series>(connection, `${roomPath(liveId)}/series`, { query, signal }),
		async qualityHistory({ signal } = {}) {
			const path = `${roomPath(liveId)}/quality`;
			return (await requestJson<{ history: QualityPoint[] }>(connection, path, { signal })).history;
		},
		async kinds({ signal } = {}) {
			return (await requestJson<{ kinds: KindCount[] }>(connection, `${roomPath(liveId)}/kinds`, { signal })).kinds;
		},
		fields: (seq, { signal } = {}) =>
			requestJson<EventFields>(connection, `${roomPath(liveId)}/events/${seq}/fields`, { signal }),
		gifts: (roomId, { signal, ...query } = {}) =>
			requestJson<BroadcastGifts>(connection, `${broadcastPath(liveId, roomId)}/gifts`, { query, signal }),
		report: (roomId = "latest", { signal } = {}) =>
			requestJson<BroadcastReport>(connection, `${broadcastPath(liveId, roomId)}/report`, { signal }),
		highlights: (roomId = "latest", options = {}) =>
			requestJson<Highlights>(connection, `${broadcastPath(liveId, roomId)}/highlights`, highlightsCall(options)),
		chapters: (roomId, options) =>
			requestFile(connection, `${broadcastPath(liveId, roomId)}/highlights`, highlightsCall(options)),
		words: (roomId = "latest", { signal, ...query } = {}) =>
			requestJson<BroadcastWords>(connection, `${broadcastPath(liveId, roomId)}/words`, {
				query,
				signal,
				timeoutMs: Number.POSITIVE_INFINITY,
			}),
		export: ({ onProgress, ...options }) =>
			requestFile(connection, `${roomPath(liveId)}/export`, exportCall(options), onProgress),
		openExport: (options) =>
			requestOpen(connection, `${roomPath(liveId)}/export`, {
				...exportCall(options),
				timeoutMs: Number.POSITIVE_INFINITY,
			}),
		status: (options) => roomsApi(connection).get(liveId, options),
		events: (options = {}) => ({
			[Symbol.asyncIterator]: () =>
				follow({
					...options,
					connection,
					liveId,
					lastSeq: async (signal) => (await history({ limit: 1, signal })).lastSeq,
				}),
		}),
	};
}

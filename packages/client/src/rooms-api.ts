import { type ExportOptions, exportCall } from "./export-call.ts";
import type { FoundRoom, Room, RoomChange, RoomOptions, SetRoomOptions } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson, requestOpen } from "./http.ts";
import type { ReopenOptions } from "./reopen.ts";
import type { Given } from "./types.ts";
import { type RoomsChange, watchRooms } from "./watch-rooms.ts";

/** The rooms that the service keeps connected. Every method throws {@link LivekeeperApiError}. */
export interface RoomsApi {
	list(options?: RequestOptions): Promise<Room[]>;
	/** @throws `room_not_found` */
	get(liveId: string, options?: RequestOptions): Promise<Room>;
	/**
	 * Finds the rooms in a pasted text: addresses, the app's share texts, live ids, Douyin IDs; starts none of them. The
	 * service asks the site once for each, which may take some seconds.
	 * @throws `too_many_requests`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const found = await keeper.rooms.resolve("来看直播 https://live.douyin.com/261378947941");
	 * console.log(found.map(({ live_id }) => live_id)); // → ["261378947941", null]
	 * console.log(found.map(({ status }) => status)); // → ["live", "aside"]
	 * ```
	 */
	resolve(text: string, options?: RequestOptions): Promise<FoundRoom[]>;
	/**
	 * Keeps a room connected from now on. Without options an active room stays as it is; otherwise it gets these.
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const room = await keeper.rooms.start("261378947941", { pinned: true });
	 * console.log(room.live_id); // → "261378947941"
	 * console.log((await keeper.rooms.options("261378947941")).pinned); // → true
	 * await keeper.rooms.stop("261378947941");
	 * ```
	 */
	start(liveId: string, options?: Given<RoomOptions> & RequestOptions): Promise<Room>;
	/**
	 * Keeps a room connected from now on; options that are left out stay as they are. @returns the outcome, for people
	 */
	keep(liveId: string, options?: Given<RoomOptions> & RequestOptions): Promise<string>;
	/** Returns a room's options, without its secrets. @throws `room_not_found` */
	options(liveId: string, options?: RequestOptions): Promise<SetRoomOptions>;
	/** Changes the given options of a room; the others stay. @throws `room_not_found` */
	change(liveId: string, options: Given<RoomChange> & RequestOptions): Promise<Room>;
	/**
	 * Yields all rooms, and then their changes, about once a second, until the loop is left or `signal` aborts.
	 * @throws `unauthorized`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const states = new Map<string, string>();
	 * for await (const { rooms, removed } of keeper.rooms.watch()) {
	 * 	for (const { live_id, state } of rooms) states.set(live_id, state);
	 * 	for (const liveId of removed) states.delete(liveId);
	 * 	if (states.size > 0) break;
	 * }
	 * console.log(states.has("261378947940")); // → true
	 * ```
	 */
	watch(options?: ReopenOptions): AsyncIterable<RoomsChange>;
	/** Opens an export of several rooms' events as one file: the answer's body. @throws `room_not_found` */
	openExport(liveIds: readonly string[], options: Omit<ExportOptions, "onProgress">): Promise<Response>;
	/** Stops a room. @throws `room_not_found` */
	stop(liveId: string, options?: RequestOptions): Promise<void>;
}

export function roomsApi(connection: Connection): RoomsApi {
	return {
		watch: (options = {}) => ({
			[Symbol.asyncIterator]: () =>
				// A client that may watch all rooms may list them, even with an overlay token.
				watchRooms(connection, options, () => requestJson(connection, "api/v1/rooms", { signal: options.signal })),
		}),
		async list({ signal } = {}) {
			const { rooms } = await requestJson<{ rooms: Room[] }>(connection, "api/v1/rooms", { signal });
			return rooms;
		},
		async get(liveId, { signal } = {}) {
			const { room } = await requestJson<{ room: Room }>(connection, roomPath(liveId), { signal });
			return room;
		},
		async resolve(text, { signal } = {}) {
			const call = { method: "POST", body: { text }, signal, timeoutMs: 120_000 } as const;
			return (await requestJson<{ rooms: FoundRoom[] }>(connection, "api/v1/rooms/resolve", call)).rooms;
		},
		async start(liveId, { signal, ...given } = {}) {
			const body = Object.values(given).some((value) => value !== undefined) ? given : undefined;
			const call = { method: "PUT", body, signal } as const;
			const { room } = await requestJson<{ room: Room }>(connection, roomPath(liveId), call);
			return room;
		},
		async keep(liveId, { signal, ...given } = {}) {
			const call = { method: "POST", body: { live_id: liveId, ...given }, signal } as const;
			return (await requestJson<{ message: string }>(connection, "api/live/start", call)).message;
		},
		async options(liveId, { signal } = {}) {
			const path = `${roomPath(liveId)}/options`;
			return (await requestJson<{ options: SetRoomOptions }>(connection, path, { signal })).options;
		},
		async change(liveId, { signal, ...body }) {
			const call = { method: "PATCH", body, signal } as const;
			return (await requestJson<{ room: Room }>(connection, roomPath(liveId), call)).room;
		},
		openExport(liveIds, options) {
			const { signal, query } = exportCall(options);
			const call = { query: { rooms: liveIds.join(","), ...query }, signal, timeoutMs: Number.POSITIVE_INFINITY };
			return requestOpen(connection, "api/v1/export", call);
		},
		async stop(liveId, { signal } = {}) {
			await requestJson(connection, roomPath(liveId), { method: "DELETE", signal });
		},
	};
}

export function roomPath(liveId: string): string {
	return `api/v1/rooms/${encodeURIComponent(liveId)}`;
}

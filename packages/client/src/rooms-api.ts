import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { ReopenOptions } from "./reopen.ts";
import type { Room } from "./types.ts";
import { type RoomsChange, watchRooms } from "./watch-rooms.ts";

/** What is asked for one room. The service keeps cookie and proxy secret: no answer ever holds them. */
export interface RoomOptions {
	/** A cookie of the site; a logged-in one sees gifts. */
	cookie?: string | undefined;
	/** `http://`, `https://` or `socks5://` proxy to the site. */
	proxy?: string | undefined;
	/** The name of an identity that rooms share, in the place of cookie and proxy. */
	identity?: string | undefined;
	/** Whether the room goes before all that are not when connections are scarce. */
	pinned?: boolean | undefined;
	/** Whether the upstream's payloads are stored beside the events. It takes space. Default false. */
	raw?: boolean | undefined;
	/** How many sessions it keeps at once, 1 to 3. Default 1. */
	redundancy?: number | undefined;
	/** As whom and which way the sessions behind the first go; what one leaves out is as with the first. */
	sessions?: readonly FurtherSession[] | undefined;
}

/** A change of a room; `identity: null`: as all rooms that have none of their own. */
export type RoomChange = Omit<RoomOptions, "identity"> & { identity?: string | null | undefined };

/** What a room was given, as far as it may be told. */
export interface SetRoomOptions {
	/** The identity that it names; `null`: none. */
	identity: string | null;
	has_cookie: boolean;
	has_proxy: boolean;
	pinned: boolean;
	raw: boolean;
	redundancy: number;
}

/** What became of one piece of a text that somebody pasted. */
export interface FoundRoom {
	/** The piece. */
	text: string;
	/** What to start; `null`: it names no room. */
	live_id: string | null;
	/** `unknown`: the site gave no answer that can be read; `unusable`: it names no room. */
	status: "live" | "offline" | "no_room" | "not_found" | "unknown" | "unusable";
	/** Whether the service keeps it already. */
	kept: boolean;
	/** The anchor's. */
	name: string | null;
	avatar: string | null;
	title: string | null;
	/** What is so, for people. */
	message: string;
	/** What to do about it. */
	hint: string | null;
}

export interface FurtherSession {
	cookie?: string | undefined;
	proxy?: string | undefined;
	identity?: string | undefined;
}

/** The rooms that the service keeps connected. Every method throws {@link LivekeeperApiError}. */
export interface RoomsApi {
	list(options?: RequestOptions): Promise<Room[]>;
	/** @throws `room_not_found` */
	get(liveId: string, options?: RequestOptions): Promise<Room>;
	/**
	 * The rooms in what somebody pasted: addresses, the app's share texts, live ids, Douyin IDs; nothing is kept by it. The
	 * service asks the site once for each, which may take some seconds.
	 * @throws `too_many_requests`
	 */
	resolve(text: string, options?: RequestOptions): Promise<FoundRoom[]>;
	/** Keeps a room connected from now on. Without options one that is active stays as it is; with some it gets these. */
	start(liveId: string, options?: RoomOptions & RequestOptions): Promise<Room>;
	/** What a room was given, without its secrets. @throws `room_not_found` */
	options(liveId: string, options?: RequestOptions): Promise<SetRoomOptions>;
	/** Changes those options of a room that are named; the others stay. @throws `room_not_found` */
	change(liveId: string, options: RoomChange & RequestOptions): Promise<Room>;
	/**
	 * All rooms, and then what changes of them, about once a second, for ever. Leave the loop or abort `signal` to end it.
	 * @throws `unauthorized`
	 */
	watch(options?: ReopenOptions): AsyncIterable<RoomsChange>;
	/** Stops a room. @throws `room_not_found` */
	stop(liveId: string, options?: RequestOptions): Promise<void>;
}

export function roomsApi(connection: Connection): RoomsApi {
	return {
		watch: (options = {}) => ({
			[Symbol.asyncIterator]: () =>
				// Whoever may watch all rooms may list them: an overlay token may, which may ask little else.
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
		async options(liveId, { signal } = {}) {
			const path = `${roomPath(liveId)}/options`;
			return (await requestJson<{ options: SetRoomOptions }>(connection, path, { signal })).options;
		},
		async change(liveId, { signal, ...body }) {
			const call = { method: "PATCH", body, signal } as const;
			return (await requestJson<{ room: Room }>(connection, roomPath(liveId), call)).room;
		},
		async stop(liveId, { signal } = {}) {
			await requestJson(connection, roomPath(liveId), { method: "DELETE", signal });
		},
	};
}

export function roomPath(liveId: string): string {
	return `api/v1/rooms/${encodeURIComponent(liveId)}`;
}

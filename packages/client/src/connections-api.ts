import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { Room } from "./types.ts";

/** `null`: no limit. */
export interface ConnectionLimits {
	max_connections: number | null;
	/** With one cookie. */
	max_connections_per_identity: number | null;
	/** With one logged-in cookie, where `max_connections_per_identity` is `null`. */
	max_connections_per_login: number | null;
	/** Through one proxy. */
	max_connections_per_proxy: number | null;
}

/** How the connections are shared out, as `GET /api/v1/connections` tells it. Times are ms since the epoch. */
export interface Connections {
	limits: ConnectionLimits;
	/** Connections in use, or about to be. */
	held: number;
	/** Those of the other nodes of the cluster; `null`: there is none, or no limit in all. */
	held_elsewhere: number | null;
	/** Those here, the most important first. */
	holders: {
		live_id: string;
		priority: Room["priority"];
		/** It is beside the room's own. */
		second: boolean;
		/** It was asked to make room for another. */
		giving_way: boolean;
	}[];
	/** The rooms that wait for one, the next first. */
	queue: {
		live_id: string;
		position: number;
		priority: Room["priority"];
		since: number;
		/** What it waits for, for people. */
		why: string;
	}[];
}

/** How reconnecting goes, for all rooms together. */
export interface ReconnectStatus {
	strategy: "fixed" | "adaptive";
	/** Set while most rooms have failed at once; `canary` is the room that tries for all. */
	outage: { since: number; reason: string; canary: string; waiting: number } | null;
	/** What the adaptive strategy knows of the push hosts; `open`: left alone because it failed again and again. */
	hosts: { host: string; success_rate: number; open: boolean }[];
}

/** How connections are shared out. Every method throws {@link LivekeeperApiError}. */
export interface ConnectionsApi {
	get(options?: RequestOptions): Promise<Connections>;
	/** Changes limits until the service ends; those that are left out stay. */
	limit(change: Partial<ConnectionLimits> & RequestOptions): Promise<Connections>;
	reconnecting(options?: RequestOptions): Promise<ReconnectStatus>;
}

const path = "api/v1/connections";

export function connectionsApi(connection: Connection): ConnectionsApi {
	return {
		get: ({ signal } = {}) => requestJson<Connections>(connection, path, { signal }),
		limit: ({ signal, ...body }) => requestJson<Connections>(connection, path, { method: "PATCH", body, signal }),
		async reconnecting({ signal } = {}) {
			return (await requestJson<{ reconnect: ReconnectStatus }>(connection, "api/v1/reconnect", { signal })).reconnect;
		},
	};
}

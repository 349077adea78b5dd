import type { ConnectionLimits, Connections, ReconnectStatus } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";

/** Distribution of connections. Every method throws {@link LivekeeperApiError}. */
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

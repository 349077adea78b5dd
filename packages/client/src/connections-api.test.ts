import { expect, test } from "vitest";
import { spyClient } from "./spy-service.helpers.ts";

test("reads connections, queue and reconnects, and changes limits", async () => {
	const shared = { held: 1, holders: [{ live_id: "1" }], queue: [{ live_id: "2" }] };
	const reconnect = { strategy: "fixed", outage: null, hosts: [] };
	const { client, asked } = spyClient(shared, shared, { reconnect });
	expect(await client.connections.get()).toMatchObject(shared);
	expect(await client.connections.limit({ max_connections: 5, max_connections_per_proxy: null })).toMatchObject(shared);
	expect(await client.connections.reconnecting()).toEqual(reconnect);
	expect(asked).toEqual([
		"GET /api/v1/connections",
		'PATCH /api/v1/connections {"max_connections":5,"max_connections_per_proxy":null}',
		"GET /api/v1/reconnect",
	]);
});

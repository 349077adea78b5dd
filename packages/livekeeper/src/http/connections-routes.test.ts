import { expect, test } from "vitest";
import { ask, connectRoom, startTestService, type TestService } from "../service/service.helpers.ts";

const connections = "/api/v1/connections";
/** No limits, except the default for logins. */
const noLimits = {
	max_connections: null,
	max_connections_per_identity: null,
	max_connections_per_login: 10,
	max_connections_per_proxy: null,
};

const stateOf = (service: TestService, liveId: string) => service.live.getRoom(liveId)?.state;

/** Starts a service with one connection, held by room 1001; room 1002 is queued. */
async function startFull(flags = {}): Promise<TestService> {
	const service = await startTestService({ maxConnections: "1", ...flags });
	await connectRoom(service, "1001");
	await ask(service, "POST", "/api/live/start", { live_id: "1002" });
	await service.until(() => expect(stateOf(service, "1002")).toBe("queued"));
	return service;
}

test("queues no room without limits", async () => {
	const service = await startTestService();
	expect((await ask(service, "GET", connections)).body).toEqual({
		success: true,
		limits: noLimits,
		held: 0,
		held_elsewhere: null,
		holders: [],
		queue: [],
	});
});

test("shows the queue, and connects rooms after raising limits", async () => {
	const service = await startFull();
	const why = "The only allowed connection is in use.";
	const { body } = await ask(service, "GET", connections);
	expect(body).toMatchObject({ limits: { ...noLimits, max_connections: 1 }, held: 1 });
	expect(body.holders).toEqual([{ live_id: "1001", priority: "live", second: false, giving_way: false }]);
	expect(body.queue).toEqual([{ live_id: "1002", position: 1, priority: "live", since: expect.any(Number), why }]);
	const { room } = (await ask(service, "GET", "/api/v1/rooms/1002")).body;
	expect(room).toMatchObject({ state: "queued", priority: "live", pinned: false, queue: { position: 1, why } });
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	expect(lines).toContain("livekeeper_connections_held 1");
	expect(lines).toContain('livekeeper_connections_limit{of="all"} 1');
	expect(lines).toContain('livekeeper_connections_waiting{priority="live"} 1');
	expect(lines).toContain('livekeeper_connections_waiting{priority="pinned"} 0');

	const changed = await ask(service, "PATCH", connections, { max_connections: null, max_connections_per_proxy: 7 });
	expect(changed.body).toMatchObject({ limits: { ...noLimits, max_connections_per_proxy: 7 }, held: 2, queue: [] });
	await service.until(() => expect(stateOf(service, "1002")).toBe("connecting"));
});

test.each([[{ max_connections: 0 }], [{ max_connections: "many" }], [{ max: 1 }], [[]], [undefined]])(
	"refuses unusable limits unchanged: %j",
	async (change) => {
		const service = await startTestService({ maxConnections: "3" });
		expect(await ask(service, "PATCH", connections, change)).toMatchObject({
			status: 400,
			body: { error: { code: "invalid_request" } },
		});
		expect((await ask(service, "GET", connections)).body.limits).toEqual({ ...noLimits, max_connections: 3 });
	},
);

test("applies pins at the next start, and keeps them", async () => {
	const service = await startFull();
	await ask(service, "PUT", "/api/v1/rooms/1002", { cookie: "sessionid=x" });
	await service.until(() => expect(stateOf(service, "1002")).toBe("queued"));
	await ask(service, "POST", "/api/live/start", { live_id: "1002", pinned: true });
	await service.until(() =>
		expect([stateOf(service, "1001"), stateOf(service, "1002")]).toEqual(["queued", "connecting"]),
	);
	expect((await ask(service, "GET", "/api/v1/rooms/1001")).body.room.reason).toMatchObject({
		code: "preempted",
	});
	expect(service.identities.at(-1)).toEqual({ cookie: "sessionid=x" });
	await service.stop();

	const again = await startTestService({ dataDir: service.dataDir });
	expect((await ask(again, "GET", "/api/v1/rooms/1002")).body.room).toMatchObject({ pinned: true, priority: "pinned" });
	expect(again.identities).toContainEqual({ cookie: "sessionid=x" });
	await ask(again, "POST", "/api/live/start", { live_id: "1002", pinned: false });
	expect((await ask(again, "GET", "/api/v1/rooms/1002")).body.room.pinned).toBe(false);
});

test("marks a room as used by readers or targets", async () => {
	const service = await startFull({ targetAllowPrivate: "true" });
	const priority = () => service.live.getRoom("1002")?.priority;
	const abort = new AbortController();
	const stream = await fetch(`${service.url}/api/v1/rooms/1002/events/stream`, { signal: abort.signal });
	expect(stream.status).toBe(200);
	await service.until(() => expect(priority()).toBe("readers"));
	abort.abort();
	await service.until(() => expect(priority()).toBe("live"));

	const url = "http://127.0.0.1:1/";
	const { body } = await ask(service, "POST", "/api/v1/targets", { settings: { url }, live_ids: ["1002"] });
	expect(priority()).toBe("readers");
	const target = `/api/v1/targets/${body.target.id}`;
	await ask(service, "PUT", target, { settings: { url }, live_ids: ["1002"], enabled: false });
	expect(priority()).toBe("live");
	await ask(service, "PUT", target, { settings: { url }, live_ids: "*" });
	expect(priority()).toBe("live");
	await ask(service, "PUT", target, { settings: { url }, live_ids: ["1002", "1003"] });
	expect(priority()).toBe("readers");
	await ask(service, "DELETE", target);
	expect(priority()).toBe("live");
});

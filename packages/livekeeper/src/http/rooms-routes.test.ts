import { gift } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { expect, test } from "vitest";
import { ask, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";

const room = "/api/v1/rooms/1001";

test("creates with PUT, shows with GET, releases with DELETE", async () => {
	const service = await startTestService();
	const created = await ask(service, "PUT", room);
	expect(created).toMatchObject({ status: 201, body: { success: true, room: { live_id: "1001" } } });
	expect((await ask(service, "PUT", room)).status).toBe(200);
	await service.until(() => service.upstream.last.open());
	service.upstream.last.frame();
	await service.clock.advance(1);

	const { body } = await ask(service, "GET", room);
	expect(body.room).toMatchObject({
		state: "connected",
		health: "fine",
		last_message_at: service.clock.now() - 1,
		room_id: "r1",
		title: "Title of r1",
		host: "push.example",
		identity: "anonymous",
		decode_errors: 0,
		bounded_messages: 0,
		reconnects: {},
		gaps: 0,
		gap_ms: 0,
		evidence: ["nothing for 0 s; this room's usual pace is not known yet"],
		quiet_kinds: [],
		heartbeat_ms: null,
		ping_ms: null,
	});
	// Its message may be stored meanwhile.
	const shown = { ...body.room, messages_last_minute: expect.any(Number) };
	expect((await ask(service, "GET", "/api/v1/rooms")).body).toEqual({ success: true, count: 1, rooms: [shown] });

	expect((await ask(service, "DELETE", room)).body).toEqual({ success: true, live_id: "1001" });
	for (const method of ["GET", "DELETE"]) {
		expect(await ask(service, method, room)).toMatchObject({
			status: 404,
			body: { error: { code: "room_not_found" } },
		});
	}
});

test("shows a room's quality with parts and 5-minute points", async () => {
	const service = await startTestService();
	await ask(service, "PUT", room);
	await service.until(() => service.upstream.last.open());
	service.upstream.last.frame();
	const from = service.clock.now();
	await service.clock.advance(11 * 60_000);
	const { body } = await ask(service, "GET", `${room}/quality`);
	const { score, parts } = body.quality["1h"];
	expect(score).toBeGreaterThan(0);
	expect(score).toBeLessThan(100);
	expect(parts).toMatchObject({ gaps: 1, latency: null, decoding: 1 });
	expect(parts.uptime).toBeLessThan(1);
	const history: { at: number; quality: { score: number } | null }[] = body.history;
	expect(history.map(({ at }) => Math.round((at - from) / 60_000))).toEqual([5, 10]);
	expect(history.at(-1)?.quality?.score).toBe(0);
	expect((await ask(service, "GET", "/api/v1/rooms/2002/quality")).status).toBe(404);
});

test("names bounded values, and survives an oversized gift", async () => {
	const service = await startWithRoom();
	const maxInt = 2 ** 31 - 1;
	const counts = { diamondCount: maxInt, count: maxInt, delta: maxInt ** 2, groupCount: maxInt };
	const bounded = ["diamond_count", "count"];
	const huge = gift(1, maxInt ** 3, { ...counts, roomId: "r1", at: service.clock.now(), bounded });
	service.upstream.last.frame([huge]);
	const list = async (of: TestService) => {
		const { status, body } = await ask(of, "GET", "/api/v1/rooms");
		return [status, body.rooms?.[0]?.bounded_messages, body.rooms?.[0]?.diamonds];
	};
	await service.until(async () => expect(await list(service)).toEqual([200, 1, Number.MAX_SAFE_INTEGER]));
	expect((await ask(service, "GET", `${room}/events?types=gift`)).body.events).toMatchObject([{ bounded }]);
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	expect(lines).toContain('livekeeper_room_bounded_messages_total{live_id="1001"} 1');
	await service.stop();
	const again = await startTestService({ dataDir: service.dataDir });
	await again.until(async () => expect(await list(again)).toEqual([200, 0, Number.MAX_SAFE_INTEGER]));
});

test("applies a room's cookie and proxy without revealing them", async () => {
	const service = await startTestService();
	const identity = { cookie: "sessionid=s3cret", proxy: "http://me:pa55@127.0.0.1:9" };
	const { body } = await ask(service, "PUT", room, identity);
	const answers = [body, (await ask(service, "GET", room)).body, (await ask(service, "GET", "/api/live/status")).body];
	expect(service.identities).toEqual([identity]);
	const shown = JSON.stringify([answers, service.lines]);
	expect(shown).not.toContain("s3cret");
	expect(shown).not.toContain("pa55");
});

test("keeps a room's identity unless PUT replaces it", async () => {
	const service = await startTestService();
	await ask(service, "PUT", room, { cookie: "sessionid=a" });
	await ask(service, "PUT", room);
	expect(service.identities).toHaveLength(1);
	await ask(service, "PUT", room, { cookie: "sessionid=b" });
	expect(service.identities).toEqual([{ cookie: "sessionid=a" }, { cookie: "sessionid=b" }]);
});

test.each([
	[{ proxy: "ftp://x" }],
	[{ proxy: "not a url" }],
	[{ proxy: 1 }],
	[{ cookie: "a=b\r\nX-Evil: 1" }],
	[{ cookie: "" }],
	[{ cookies: "a=b" }],
	["text"],
	[[]],
])("refuses unusable room options: %j", async (options) => {
	const service = await startTestService();
	const headers = { "content-type": "application/json" };
	const refused = await ask(service, "PUT", room, JSON.stringify(options), headers);
	expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
	expect((await ask(service, "GET", "/api/v1/rooms")).body.count).toBe(0);
});

test("accepts a room's escaped URL in the path", async () => {
	const service = await startTestService();
	await ask(service, "PUT", room);
	const escaped = encodeURIComponent("https://live.douyin.com/1001");
	expect((await ask(service, "GET", `/api/v1/rooms/${escaped}`)).body.room.live_id).toBe("1001");
});

test("applies usable changed options at the next start", async () => {
	const service = await startTestService();
	await ask(service, "PUT", room, { cookie: "sessionid=a" });
	await ask(service, "PUT", room, { cookie: "sessionid=b" });
	await ask(service, "PUT", room, { proxy: "ftp://x" });
	await service.stop();
	const { identities } = await startTestService({ dataDir: service.dataDir });
	expect(identities).toEqual([{ cookie: "sessionid=b" }]);
});

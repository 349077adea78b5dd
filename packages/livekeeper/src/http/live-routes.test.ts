import { expect, test } from "vitest";
import { ask, connectRoom, startTestService } from "../service/service.helpers.ts";

const start = "/api/live/start";
const stop = "/api/live/stop";
const status = "/api/live/status";

test("answers the original design's three calls in exact form", async () => {
	const service = await startTestService();
	const started = await ask(service, "POST", start, { live_id: "1001" });
	expect(started.status).toBe(200);
	expect(started.body).toEqual({ success: true, live_id: "1001", message: expect.any(String) });

	const before = await ask(service, "GET", status);
	expect(before.body).toMatchObject({ success: true, active_rooms: ["1001"], count: 1 });
	expect(before.body.connections["1001"]).toMatchObject({
		active: false,
		reconnect_count: 0,
		last_message_time: null,
		should_reconnect: true,
	});

	await service.until(() => service.upstream.last.open());
	service.upstream.last.frame();
	await service.clock.advance(1);
	const after = await ask(service, "GET", status);
	expect(after.body.connections["1001"]).toMatchObject({
		active: true,
		last_message_time: Math.floor(service.clock.now() / 1000),
		state: "connected",
		health: "fine",
		reason: { code: expect.any(String), message: expect.any(String) },
		next_attempt_at: null,
		gaps: 0,
	});

	const stopped = await ask(service, "POST", stop, { live_id: "1001" });
	expect(stopped.body).toEqual({ success: true, live_id: "1001", message: expect.any(String) });
	expect((await ask(service, "GET", status)).body).toEqual({
		success: true,
		active_rooms: [],
		count: 0,
		connections: {},
	});
});

test("starts an active room successfully without a second connection", async () => {
	const service = await startTestService();
	await ask(service, "POST", start, { live_id: "1001" });
	await service.until(() => service.upstream.last);
	for (const live_id of ["1001", 1001, "https://live.douyin.com/1001"]) {
		const again = await ask(service, "POST", start, { live_id });
		expect(again).toMatchObject({ status: 200, body: { success: true, live_id: "1001" } });
	}
	expect(service.upstream.sessions).toHaveLength(1);
});

test("reports whether a start has changed anything", async () => {
	const service = await startTestService();
	const startWith = async (options: object) =>
		(await ask(service, "POST", start, { live_id: "1001", ...options })).body.message;
	expect(await startWith({})).toBe("已开始连接直播间 1001");
	expect(await startWith({})).toBe("直播间 1001 已在运行，沿用现有连接");
	expect(await startWith({ pinned: true })).toBe("直播间 1001 已在运行，新的设置已生效");
	expect(await startWith({ pinned: true })).toBe("直播间 1001 已在运行，沿用现有连接");
});

test("makes one connection for twenty concurrent starts", async () => {
	const service = await startTestService();
	const answers = await Promise.all(Array.from({ length: 20 }, () => ask(service, "POST", start, { live_id: "1001" })));
	await service.until(() => service.upstream.last);
	await service.clock.advance(5000);
	expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
	expect(service.upstream.sessions).toHaveLength(1);
});

test("accepts a room's URL as its name", async () => {
	const service = await startTestService();
	const started = await ask(service, "POST", start, { live_id: "https://live.douyin.com/1001?from=share" });
	expect(started.body).toMatchObject({ success: true, live_id: "1001" });
	const stopped = await ask(service, "POST", stop, { live_id: "https://live.douyin.com/1001" });
	expect(stopped.body).toMatchObject({ success: true, live_id: "1001" });
});

test("accepts a room unknown upstream, and explains its status", async () => {
	const service = await startTestService();
	service.upstream.page = (liveId) => ({ status: "not_found", liveId });
	expect((await ask(service, "POST", start, { live_id: "nobody" })).status).toBe(200);
	await service.until(() => expect(service.live.getRoom("nobody")?.state).toBe("not_found"));
	const { connections } = (await ask(service, "GET", status)).body;
	expect(connections.nobody).toMatchObject({ state: "not_found", reason: { code: "not_found" }, active: false });
	expect(connections.nobody.next_attempt_at).toBeGreaterThan(service.clock.now() / 1000);
});

test("refuses a room past max_rooms, and keeps the others", async () => {
	const service = await startTestService({ maxRooms: "2" });
	for (const id of ["1", "2"]) await ask(service, "POST", start, { live_id: id });
	const refused = await ask(service, "POST", start, { live_id: "3" });
	expect(refused).toMatchObject({ status: 409, body: { success: false, error: { code: "too_many_rooms" } } });
	expect((await ask(service, "GET", status)).body.active_rooms).toEqual(["1", "2"]);
});

test("answers 404 for stopping an inactive room", async () => {
	const service = await startTestService();
	const refused = await ask(service, "POST", stop, { live_id: "1001" });
	expect(refused).toMatchObject({ status: 404, body: { success: false, error: { code: "room_not_found" } } });
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
	"shows a room of the name %s like any other",
	async (liveId) => {
		const service = await startTestService();
		await connectRoom(service, liveId);
		const { body, headers } = await ask(service, "GET", "/api/live/status");
		expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
		expect([body.active_rooms, Object.keys(body.connections)]).toEqual([[liveId], [liveId]]);
		expect(Object.values(body.connections)).toMatchObject([{ active: true, state: "connected" }]);
		expect((await ask(service, "GET", "/api/v1/rooms")).body.rooms).toMatchObject([{ live_id: liveId }]);
		expect((await ask(service, "GET", `/api/v1/rooms/${liveId}`)).body.room).toMatchObject({ state: "connected" });
		const metrics = (await ask(service, "GET", "/metrics")).body;
		expect(metrics).toContain(`livekeeper_room_state{live_id="${liveId}",state="connected",health="fine"} 1`);
		expect((await ask(service, "GET", `/api/v1/rooms/${liveId}/quality`)).status).toBe(200);
		expect((await ask(service, "GET", `/api/v1/rooms/${liveId}/broadcasts`)).status).toBe(200);
		expect((await ask(service, "POST", "/api/live/stop", { live_id: liveId })).status).toBe(200);
		expect((await ask(service, "GET", "/api/live/status")).body.connections).toEqual({});
	},
);

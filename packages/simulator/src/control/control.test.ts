import { decodeChatMessage, encodeChatMessage } from "@livekeeper/douyin/wire";
import { describe, expect, it } from "vitest";
import { connected, firstRoom, started, until } from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";

async function call(simulator: Simulator, method: string, path: string, body?: unknown) {
	const answer = await fetch(`${simulator.url}/__sim${path}`, {
		method,
		...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
		headers: body === undefined ? {} : { "content-type": "application/json" },
	});
	const text = await answer.text();
	return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

describe("the control API", () => {
	it("ends and restores logins, with effect on pages and sessions", async () => {
		const { simulator, clock } = await started();
		const { roomId } = firstRoom(simulator);
		const cookie = "ttwid=v; sessionid=abc";
		const page = async () => {
			const answer = await fetch(`${simulator.url}/1001`, { headers: { cookie } });
			const loggedIn = (await answer.text()).includes('headerUserInfo\\":{\\"isLogin\\":true');
			return { loggedIn, setCookie: answer.headers.get("set-cookie") };
		};
		const view = async () => {
			await connected(simulator, { roomId, cookie });
			return simulator.connections().at(-1)?.view;
		};
		expect([await page(), await view()]).toEqual([{ loggedIn: true, setCookie: null }, "logged_in"]);
		const end = { ends_in_ms: 60_000, announced: true };
		expect((await call(simulator, "PUT", "/logins/abc", end)).body).toMatchObject({ ends_at: clock.now() + 60_000 });
		expect(await page()).toEqual({ loggedIn: true, setCookie: "sessionid=abc; Path=/; Max-Age=60; HttpOnly" });
		await clock.advance(60_000);
		expect((await call(simulator, "GET", "/logins")).body.logins).toMatchObject([{ session: "abc", ended: true }]);
		expect([await page(), await view()]).toEqual([
			{ loggedIn: false, setCookie: "sessionid=; Path=/; Max-Age=0; HttpOnly" },
			"anonymous",
		]);
		expect((await call(simulator, "DELETE", "/logins/abc")).status).toBe(204);
		expect([(await page()).loggedIn, await view()]).toEqual([true, "logged_in"]);
		expect((await call(simulator, "PUT", "/logins/abc", { ends_in_ms: -1 })).status).toBe(400);
	});

	it("changes and reports an identity's rules, and returns the truth", async () => {
		const { simulator, clock } = await started({ startTraffic: "manual" });
		const rules = { gifts: "first:1", messages: "sampled:0.5", risk_control: { max_rooms: 3, for_ms: 5000 } };
		const put = await call(simulator, "PUT", "/identities/abc", { ...rules, under_risk_control_ms: 1000 });
		expect(put).toMatchObject({
			status: 200,
			body: { identity: "abc", ...rules, under_risk_control_until: clock.now() + 1000, rooms: 0 },
		});
		expect((await call(simulator, "GET", "/identities")).body.identities).toEqual([put.body]);
		await call(simulator, "PUT", "/identities/abc", { risk_control: null, under_risk_control_ms: 0 });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId, cookie: "sessionid=abc" });
		await call(simulator, "POST", "/rooms/1001/messages", { count: 100 });
		await client.ping();
		expect((await call(simulator, "GET", "/rooms/1001/sent?identity=abc")).body.ids).toEqual(client.ids);
		expect((await call(simulator, "GET", "/rooms/1001/sent?identity=other")).body.ids).toEqual([]);
		expect((await call(simulator, "GET", "/rooms/1001/truth")).body).toMatchObject({
			live_id: "1001",
			diamonds: firstRoom(simulator).truth()?.diamonds,
			identities: [{ identity: "abc", messages: client.ids.length, gift_messages: 1 }],
		});
		expect((await call(simulator, "DELETE", "/identities/abc")).status).toBe(204);
		expect(simulator.identities.info("abc")).toMatchObject({ gifts: "all", messages: "all" });
		expect((await call(simulator, "GET", "/rooms/1001/truth?room_id=1")).status).toBe(404);
	});

	it("changes how a room shows its totals", async () => {
		const { simulator } = await started();
		const changed = await call(simulator, "PUT", "/rooms/1001", { totals: { shown: "scores", unit: 2 } });
		expect(changed.body.totals).toEqual({ shown: "scores", unit: 2, offset: 0 });
		const created = await call(simulator, "PUT", "/rooms/7", { totals: { offset: 5 } });
		expect(created.body.totals).toEqual({ shown: "all", unit: 10, offset: 5 });
	});

	it("lists rooms and connections", async () => {
		const { simulator, clock } = await started({ rooms: 2 });
		const { roomId } = firstRoom(simulator);
		const client = await connected(simulator, { roomId });
		await clock.advance(1000);
		await until("its messages", () => client.messages.length === 5);
		const rooms = await call(simulator, "GET", "/rooms");
		expect(rooms.body).toMatchObject({
			count: 2,
			rooms: [
				{ live_id: "1001", room_id: roomId, status: "live", viewers: 1, generated: 5, sent: 5, page: "auto" },
				{ live_id: "1002", viewers: 0, generated: 0, sent: 0 },
			],
		});
		expect((await call(simulator, "GET", "/rooms/1001")).body).toEqual(rooms.body.rooms[0]);
		await until("the acks", () => simulator.connections()[0]?.acks.received === 4);
		const { body } = await call(simulator, "GET", "/connections");
		expect(body).toMatchObject({
			count: 1,
			connections: [
				{ live_id: "1001", view: "logged_in", heartbeats: 1, frames: 5, acks: { received: 4, unknown: 0 } },
			],
		});
		expect(Object.keys(body.connections[0])).toEqual(
			expect.arrayContaining([
				"connected_at",
				"cursor",
				"last_pong",
				"last_heartbeat",
				"bad_frames",
				"mute",
				"resumed",
			]),
		);
	});

	it("returns ids of sent and generated messages, from any position", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(3);
		const client = await connected(simulator, { roomId: room.roomId });
		room.produce(2);
		await until("both", () => client.messages.length === 2);
		expect((await call(simulator, "GET", "/rooms/1001/sent")).body).toEqual({
			live_id: "1001",
			count: 2,
			ids: client.ids,
		});
		expect((await call(simulator, "GET", "/rooms/1001/sent?since=1")).body.ids).toEqual(client.ids.slice(1));
		expect((await call(simulator, "GET", "/rooms/1001/sent?generated=1")).body.ids).toEqual(room.generatedIds());
		expect((await call(simulator, "GET", "/rooms/1001/sent?since=-1")).status).toBe(400);
	});

	it("creates and changes rooms", async () => {
		const { simulator } = await started();
		const created = await call(simulator, "PUT", "/rooms/tea.house-1", { title: "茶", live: false, rate: 0.5 });
		expect(created).toMatchObject({ status: 201, body: { live_id: "tea.house-1", status: "ended", title: "茶" } });
		const changed = await call(simulator, "PUT", "/rooms/tea.house-1", { page: "captcha", live: true });
		expect(changed).toMatchObject({ status: 200, body: { status: "live", page: "captcha", title: "茶", rate: 0.5 } });
		expect(simulator.rooms.map((room) => room.liveId)).toEqual(["1001", "tea.house-1"]);
	});

	it("ends and begins broadcasts", async () => {
		const { simulator } = await started();
		const before = firstRoom(simulator).roomId;
		const ended = await call(simulator, "POST", "/rooms/1001/broadcast", { action: "end", page_lingers_ms: 5 });
		expect(ended.body).toMatchObject({ status: "ended", room_id: before });
		const again = await call(simulator, "POST", "/rooms/1001/broadcast", { action: "end" });
		expect(again).toMatchObject({ status: 409, body: { error: { code: "wrong_state" } } });
		const begun = await call(simulator, "POST", "/rooms/1001/broadcast", { action: "begin" });
		expect(begun.body.status).toBe("live");
		expect(begun.body.room_id).not.toBe(before);
		expect((await call(simulator, "POST", "/rooms/1001/broadcast", { action: "begin" })).status).toBe(409);
	});

	it("produces messages, including the caller's own", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await call(simulator, "POST", "/rooms/1001/messages", { count: 2 });
		const payload = Buffer.from(encodeChatMessage({ content: "hello" })).toString("base64");
		await call(simulator, "POST", "/rooms/1001/messages", { method: "WebcastChatMessage", payload });
		await until("all three", () => client.messages.length === 3);
		expect(decodeChatMessage(client.messages[2]?.payload ?? new Uint8Array(0)).content).toBe("hello");
		expect(client.ids).toEqual(firstRoom(simulator).generatedIds());
	});

	it("sets, lists and clears faults, per room and for all", async () => {
		const { simulator } = await started();
		const fault = { fault: "http_status", status: 503, on: "pages", for_ms: 1000 };
		const put = await call(simulator, "POST", "/rooms/1001/faults", fault);
		expect(put).toMatchObject({ status: 200, body: { ...fault, live_id: "1001", struck: 0 } });
		await call(simulator, "POST", "/faults", { fault: "duplicate" });
		expect((await call(simulator, "GET", "/rooms/1001/faults")).body.faults).toEqual([put.body]);
		expect((await call(simulator, "GET", "/faults")).body).toMatchObject({
			kinds: { cut: expect.any(String) },
			faults: [{ fault: "duplicate", live_id: null }],
		});
		expect((await call(simulator, "DELETE", "/rooms/1001/faults")).status).toBe(204);
		expect(simulator.faults("1001")).toEqual([]);
		expect(simulator.faults()).toHaveLength(1);
		expect((await call(simulator, "DELETE", "/faults")).status).toBe(204);
		expect(simulator.faults()).toEqual([]);
	});

	it.each([
		["POST", "/faults", { fault: "explode" }, /must be one of: cut/],
		["POST", "/faults", { fault: "stall" }, /needs "ms"/],
		["POST", "/faults", [], /A fault is an object/],
		["POST", "/faults", undefined, /A fault is an object/],
		["POST", "/rooms/1001/faults", "{no json", /JSON/i],
		["POST", "/rooms/1001/broadcast", { action: "pause" }, /body\/action must be equal to one of the allowed values/],
		["POST", "/rooms/1001/broadcast", undefined, /body must be object/],
		["POST", "/rooms/1001/broadcast", { action: "end", page_lingers_ms: "5" }, /body\/page_lingers_ms must be integer/],
		["POST", "/rooms/1001/messages", {}, /count/],
		["PUT", "/rooms/1001", { rate: -1 }, /body\/rate must be >= 0/],
		["PUT", "/rooms/1001", { extra: 1 }, /must NOT have additional properties/],
		["PUT", "/rooms/1001", { totals: { shown: "some" } }, /body\/totals\/shown/],
		["PUT", "/identities/abc", { gifts: "few" }, /"gifts" is "all"/],
		["POST", "/addresses/127.0.0.1/ban", { calls: "all", for_ms: 1 }, /body\/calls must be equal/],
		["POST", "/addresses/nowhere!/passed", undefined, /params\/address must match/],
		["PUT", "/site", { batch_ids: 0 }, /body\/batch_ids must be >= 1/],
		["PUT", "/logins/me/follows", {}, /live_ids/],
		["PUT", "/identities/abc", { risk_control: { for_ms: 5 } }, /max_rooms/],
		["PUT", "/rooms/..%2fx", {}, /live_id must match pattern/],
	])("rejects %s %s %j, naming what was expected", async (method, path, body, expected) => {
		const { simulator } = await started();
		const before = simulator.rooms.map((room) => room.info);
		const answer = await call(simulator, method, path, body);
		expect(answer.status).toBe(400);
		expect(answer.body.error.message).toMatch(expected);
		expect(simulator.rooms.map((room) => room.info)).toEqual(before);
	});

	it("lists the existing ones for an unknown room or route", async () => {
		const { simulator } = await started();
		for (const [method, path] of [
			["GET", "/rooms/7/sent"],
			["POST", "/rooms/7/broadcast"],
			["DELETE", "/rooms/7/faults"],
			["GET", "/nothing"],
		] as const) {
			const answer = await call(simulator, method, path, method === "POST" ? { action: "end" } : undefined);
			expect(answer.status).toBe(404);
			expect(answer.body.error.message).toContain("/__sim/rooms");
		}
	});
});

describe("startSimulator", () => {
	it("names the option that is out of range", async () => {
		await expect(started({ rate: -1 })).rejects.toMatchObject({
			code: "bad_options",
			message: expect.stringMatching(/rate/),
		});
		await expect(started({ rooms: 1.5 })).rejects.toMatchObject({
			code: "bad_options",
			message: expect.stringMatching(/rooms/),
		});
	});

	it("reports that a port is taken", async () => {
		const { simulator } = await started();
		await expect(started({ port: simulator.port })).rejects.toMatchObject({
			code: "cannot_listen",
			message: expect.stringContaining(String(simulator.port)),
		});
	});

	it("begins at the given time", async () => {
		const { simulator } = await started({ rooms: 2, firstLiveId: 88_001 });
		expect(simulator.rooms.map((room) => room.liveId)).toEqual(["88001", "88002"]);
	});
});

import { describe, expect, test } from "vitest";
import { chat, live, offline } from "./fake-upstream.helpers.ts";
import { RoomHarness } from "./room-harness.helpers.ts";

const warning = "【!】直播间 1001 超过60秒未收到消息，可能连接异常";

describe("connected room without messages", () => {
	test("is quiet after 20 s, silent after 60 s, warned", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.pass(19_000);
		expect(room.monitor.status().health).toBe("fine");
		await room.pass(6000);
		expect(room.monitor.status().health).toBe("quiet");
		await room.pass(34_000);
		expect(room.monitor.status().health).toBe("quiet");
		expect(room.lines("超过60秒")).toEqual([]);
		room.upstream.page = "hang";
		await room.pass(6000);
		expect(room.monitor.status().health).toBe("silent");
		await room.pass(5000);
		expect(room.lines("超过60秒")).toEqual([warning]);
		expect(room.upstream.lookups).toHaveLength(2);
		await room.monitor.stop();
	});

	test("reconnects from its cursor when the page says live", async () => {
		const room = new RoomHarness();
		await room.connect();
		const mute = room.upstream.last;
		await room.pass(60_000);
		expect(room.monitor.status()).toMatchObject({
			state: "reconnecting",
			reason: { code: "silence" },
			reconnectCount: 1,
			reconnects: { silence: 1 },
		});
		expect(mute.closed).toBe(true);
		await room.pass(1000);
		expect(room.upstream.last).not.toBe(mute);
		expect(room.upstream.last.request.cursor).toBeDefined();
		expect(room.upstream.lookups).toHaveLength(2);
		await room.monitor.stop();
	});

	test("continues with the new broadcast that the page shows", async () => {
		const room = new RoomHarness();
		await room.connect();
		const former = room.upstream.last;
		former.lingers = true;
		room.upstream.page = live("r2");
		await room.pass(60_000);
		former.frame([chat(room.clock.now(), { type: "control", action: "end" } as object)]);
		former.letGo();
		await room.settle();
		expect(room.upstream.last.request).toMatchObject({ roomId: "r2", cursor: undefined });
		room.upstream.last.open();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "connected", roomId: "r2", reconnects: {} });
		expect(room.events().map(({ type, roomId }) => `${type} ${roomId}`)).toEqual([
			...["broadcast_started r1", "connection r1", "chat r1", "broadcast_ended r1"],
			...["broadcast_started r2", "connection r2", "connection r2"],
		]);
		await room.monitor.stop();
	});

	test.each([
		["waiting", "offline", offline()],
		["waiting", "broadcast_ended", { ...live(), finishedAt: 1 }],
		["not_found", "not_found", { status: "not_found", liveId: "1001" }],
	] as const)("goes to %s when the page says %s", async (state, code, page) => {
		const room = new RoomHarness();
		await room.connect();
		room.events();
		room.upstream.page = page;
		await room.pass(60_000);
		expect(room.monitor.status()).toMatchObject({ state, reason: { code }, reconnectCount: 0 });
		expect(room.upstream.openSessions).toEqual([]);
		// Its end was not observed, so its last messages may be missing.
		expect(room.events()[0]).toMatchObject({ type: "broadcast_ended", reason: "offline" });
		await room.monitor.stop();
	});

	test("reconnects within 15 s when the page gives no answer", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.page = "hang";
		await room.pass(74_999);
		expect(room.state).toBe("connected");
		await room.pass(1);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "silence" } });
		await room.monitor.stop();
	});

	test("stays connected when a message comes during the look-up", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.page = "hang";
		await room.pass(65_000);
		expect(room.monitor.status().health).toBe("silent");
		room.upstream.last.frame();
		await room.pass(20_000);
		expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: 0 });
		expect(room.upstream.sessions).toHaveLength(1);
		room.upstream.page = live();
		await room.pass(60_000);
		expect(room.lines("超过60秒")).toEqual([warning, warning]);
		expect(room.monitor.status().reconnects).toEqual({ silence: 1 });
		await room.monitor.stop();
	});

	test("is healthy again with its next message", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.pass(30_000);
		expect(room.monitor.status().health).toBe("quiet");
		room.upstream.last.frame();
		await room.settle();
		expect(room.monitor.status().health).toBe("fine");
		expect(room.statuses.map(({ health }) => health).slice(-2)).toEqual(["quiet", "fine"]);
		await room.monitor.stop();
	});

	test("breaks despite answered heartbeats and frames without messages", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (let i = 0; i < 6; i++) {
			await room.pass(9000);
			room.upstream.last.request.onSign?.();
			room.upstream.last.frame([]);
		}
		await room.settle();
		expect(room.monitor.status().lastSignAt).toBe(room.clock.now());
		await room.pass(6000);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "silence" } });
		await room.monitor.stop();
	});

	test("is found when silent since opening, and backs off", async () => {
		const room = new RoomHarness();
		room.upstream.onSession = (session) => session.open();
		room.monitor.start();
		await room.pass(60_000);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reconnectCount: 1 });
		await room.pass(1000 + 64_000);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reconnectCount: 2 });
		await room.monitor.stop();
	});
});

describe("room that went silent", () => {
	/**
	 * Sends five messages a second for a minute. From then on each connection repeats the last one and brings nothing
	 * more.
	 */
	async function stopped() {
		const room = new RoomHarness();
		await room.connect();
		for (let i = 0; i < 300; i++) {
			await room.pass(200);
			room.upstream.last.frame();
		}
		const known = room.upstream.last.frame();
		room.upstream.onSession = (session) => {
			session.open();
			session.frame(known);
		};
		await room.settle();
		return room;
	}

	test("gets twice the time from each connection that only repeats", async () => {
		const room = await stopped();
		await room.pass(60_000);
		expect(room.monitor.status().reconnects).toEqual({ silence: 3 });
		await room.pass(9 * 60_000);
		expect(room.monitor.status().reconnects.silence).toBeLessThanOrEqual(7);
		expect(room.state).toBe("connected");
		await room.monitor.stop();
	});

	test("is found within a minute after a new message", async () => {
		const room = await stopped();
		await room.pass(10 * 60_000);
		const { silence = 0 } = room.monitor.status().reconnects;
		for (let i = 0; i < 600; i++) {
			await room.pass(200);
			room.upstream.last.frame();
		}
		expect(room.monitor.status()).toMatchObject({ health: "fine", reconnectCount: 0, reconnects: { silence } });
		await room.pass(60_000);
		expect(room.monitor.status().reconnects.silence).toBeGreaterThan(silence);
		await room.monitor.stop();
	});
});

test("aborts a hanging handshake after 60 s", async () => {
	const room = new RoomHarness();
	room.monitor.start();
	await room.pass(59_000);
	expect(room.state).toBe("connecting");
	await room.pass(2000);
	expect(room.monitor.status()).toMatchObject({ reason: { code: "timeout" }, reconnectCount: 1 });
	expect(room.upstream.sessions[0]?.closed).toBe(true);
	await room.monitor.stop();
});

test("counts a message noted from outside", async () => {
	const room = new RoomHarness();
	await room.connect();
	await room.pass(55_000);
	room.monitor.touch();
	await room.pass(30_000);
	expect(room.state).toBe("connected");
	expect(room.upstream.lookups).toHaveLength(1);
	await room.monitor.stop();
});

describe("room with decode errors", () => {
	const problems = [{ method: "WebcastChatMessage", id: "7", message: "cut short" }];

	test("is degraded for 60 s after an undecodable message", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.last.frame([chat(room.clock.now())], { problems });
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ health: "degraded", decodeErrors: 1 });
		for (let i = 0; i < 5; i++) {
			await room.pass(11_000);
			room.upstream.last.frame();
		}
		await room.settle();
		expect(room.monitor.status().health).toBe("degraded");
		await room.pass(6000);
		expect(room.monitor.status().health).toBe("fine");
		expect(room.lines("有消息")).toHaveLength(1);
		await room.monitor.stop();
	});
});

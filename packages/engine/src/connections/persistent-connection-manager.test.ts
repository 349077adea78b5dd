import { DouyinError } from "@livekeeper/douyin";
import { expect, test, vi } from "vitest";
import { LiveRoomMonitor } from "../rooms/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

test("logs its start once and checks health with one timer", async () => {
	const { manager, clock, log } = new ManagerHarness();
	manager.start();
	manager.start();
	expect(clock.pendingTimers).toBe(1);
	expect(clock.nextDueInMs).toBe(5000);
	expect(log.lines.map((line) => line.msg)).toEqual(["【√】持久化连接管理器已启动", "【√】连接监控线程已启动"]);
	await manager.stop();
	expect(log.lines).toHaveLength(2);
	expect(clock.pendingTimers).toBe(0);
});

test("checks every room's health in 5 s, spread over time", async () => {
	const { manager, clock, queue } = new ManagerHarness();
	const times = new Map<string, number[]>();
	const check = vi.spyOn(LiveRoomMonitor.prototype, "checkHealth").mockImplementation(function (this: LiveRoomMonitor) {
		times.set(this.liveId, [...(times.get(this.liveId) ?? []), clock.elapsed()]);
	});
	manager.start();
	const liveIds = Array.from({ length: 60 }, (_, i) => `${i}`);
	for (const liveId of liveIds) manager.addConnection(liveId, queue());
	await clock.advance(10_000);
	void manager.removeConnection("59");
	await clock.advance(4_999);
	const startedAt = clock.elapsed() - 14_999;
	const all = liveIds.map((liveId) => times.get(liveId)?.map((at) => Math.round(at - startedAt)));
	const at = (first: number) => [first, first + 5_000];
	expect(all.slice(0, 25)).toEqual(Array(25).fill(at(5_000)));
	expect(all.slice(25, 50)).toEqual(Array(25).fill(at(7_083)));
	expect(all.slice(50)).toEqual([...Array(9).fill(at(9_167)), [9_167]]);
	check.mockRestore();
	await manager.stop();
	expect(clock.pendingTimers).toBe(0);
});

test("connects an added room and names it in its log", async () => {
	const harness = new ManagerHarness();
	const { manager, clock, log } = harness;
	harness.connectAll();
	expect(manager.addConnection("1001", harness.queue())).toBe(true);
	await clock.advance(0);
	expect(manager.getConnectionStatus("1001")).toMatchObject({ liveId: "1001", state: "connected", reconnectCount: 0 });
	expect(manager.watching.status()).toMatchObject({ rooms: 1, known: 1 });
	harness.openSessions[0]?.fail(new DouyinError("network", "cut"));
	await clock.advance(1000);
	const lines = log.lines.filter(({ level }) => level >= 30);
	expect(lines.map((line) => [line["live_id"], line.msg])).toEqual(
		[
			"【√】开始连接直播间 1001",
			"【√】WebSocket连接成功，开始接收直播间消息",
			"【!】检测到直播间 1001 连接断开，尝试重连（第 1 次）",
			"【√】WebSocket连接成功，开始接收直播间消息",
			"【√】直播间 1001 连接已恢复正常",
		].map((message) => ["1001", message]),
	);
	await manager.stop();
});

test("adds an active room only once, also concurrently", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	expect([1, 2].map(() => manager.addConnection("1001", harness.queue()))).toEqual([true, false]);
	await clock.advance(1000);
	expect(manager.addConnection("1001", harness.queue(), { cookie: "sessionid=1" })).toBe(false);
	await clock.advance(1000);
	expect(harness.openSessions).toHaveLength(1);
	expect(manager.getAllConnections()).toHaveLength(1);
	await manager.stop();
});

test("rejects a room past the limit until one is removed", async () => {
	const harness = new ManagerHarness({ maxRooms: 2 });
	const { manager } = harness;
	manager.addConnection("1", harness.queue());
	manager.addConnection("2", harness.queue());
	expect(() => manager.addConnection("3", harness.queue())).toThrow(
		expect.objectContaining({ code: "too_many_rooms", status: 409 }),
	);
	expect(manager.addConnection("2", harness.queue())).toBe(false);
	await manager.removeConnection("1");
	expect(manager.addConnection("3", harness.queue())).toBe(true);
	await manager.stop();
});

test("spreads the start of many rooms and reports waiting", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	for (let i = 0; i < 100; i++) manager.addConnection(String(i), harness.queue());
	await clock.advance(1000);
	const states = manager.getAllConnections().map(({ state }) => state);
	expect(states.filter((state) => state === "connected")).toHaveLength(21);
	expect(states.filter((state) => state === "queued")).toHaveLength(79);
	expect(manager.getConnectionStatus("99")?.reason.code).toBe("no_free_slot");
	await clock.advance(4000);
	expect(manager.getAllConnections().every(({ state }) => state === "connected")).toBe(true);
	expect(harness.isIdle).toBe(true);
	await manager.stop();
});

test("starts a pinned room before the others", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	for (let i = 0; i < 100; i++) manager.addConnection(String(i), harness.queue());
	await clock.advance(110);
	const state = (liveId: string) => manager.getConnectionStatus(liveId)?.state;
	manager.addConnection("added", harness.queue(), { pinned: true });
	await clock.advance(50);
	expect([state("added"), state("99")]).toEqual(["connected", "queued"]);
	manager.changeOptions("99", { pinned: true });
	await clock.advance(50);
	expect([state("99"), state("98")]).toEqual(["connected", "queued"]);
	await manager.stop();
});

test("finds a silent room by the timer", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.start();
	manager.addConnection("1001", harness.queue());
	await clock.advance(66_000);
	expect(harness.messages).toContain("【!】直播间 1001 超过60秒未收到消息，可能连接异常");
	expect(manager.getConnectionStatus("1001")?.reconnects).toEqual({ silence: 1 });
	await manager.stop();
});

test("counts a message noted from outside against silence", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.start();
	manager.addConnection("1001", harness.queue());
	await clock.advance(50_000);
	manager.updateMessageTime("1001");
	manager.updateMessageTime("unknown");
	expect(manager.getConnectionStatus("1001")?.lastMessageAt).toBe(clock.now());
	await clock.advance(50_000);
	expect(manager.getConnectionStatus("1001")?.reconnects).toEqual({});
	await manager.stop();
});

test("starts a room added again after its socket closes", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.addConnection("1001", harness.queue());
	await clock.advance(0);
	const old = harness.openSessions[0];
	if (old) old.lingers = true;
	const gone = manager.removeConnection("1001");
	expect(manager.getConnectionStatus("1001")).toBeUndefined();
	manager.addConnection("1001", harness.queue());
	await clock.advance(1000);
	expect(harness.openSessions).toEqual([old]);
	old?.letGo();
	await gone;
	await clock.advance(0);
	expect(harness.openSessions).toHaveLength(1);
	expect(manager.getConnectionStatus("1001")?.state).toBe("connected");
	await manager.stop();
});

test("ignores the removal of an unknown room", async () => {
	const { manager } = new ManagerHarness();
	await expect(manager.removeConnection("nobody")).resolves.toBeUndefined();
});

test("shares an upstream by options and closes it last", async () => {
	const harness = new ManagerHarness();
	const { manager } = harness;
	const options = { cookie: "sessionid=1", proxy: "http://user:secret@proxy.example:1" };
	manager.addConnection("1", harness.queue(), options);
	manager.addConnection("2", harness.queue(), { ...options });
	manager.addConnection("3", harness.queue());
	manager.addConnection("4", harness.queue(), {});
	expect(harness.made).toHaveLength(2);
	expect(manager.getConnectionStatus("1")?.identity).toBe("logged_in");
	await manager.removeConnection("1");
	expect(harness.made[0]?.upstream.closed).toBe(0);
	await manager.removeConnection("2");
	expect(harness.made.map(({ upstream }) => upstream.closed)).toEqual([1, 0]);
	await manager.stop();
	expect(harness.made.map(({ upstream }) => upstream.closed)).toEqual([1, 1]);
	expect(JSON.stringify(harness.log.lines)).not.toMatch(/secret|sessionid/);
});

test("distinguishes an empty option from none", async () => {
	const harness = new ManagerHarness();
	harness.manager.addConnection("1", harness.queue(), {});
	harness.manager.addConnection("2", harness.queue(), { cookie: "" });
	expect(harness.made.map(({ options }) => options)).toEqual([{}, { cookie: "" }]);
	await harness.manager.stop();
});

test("rejects unusable options and keeps an active room's own", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.addConnection("1", harness.queue());
	await clock.advance(0);
	harness.prepare = () => {
		throw new TypeError("No such proxy.");
	};
	const refused = expect.objectContaining({
		code: "invalid_request",
		message: expect.stringContaining("No such proxy."),
	});
	expect(() => manager.addConnection("2", harness.queue(), { proxy: "x" })).toThrow(refused);
	expect(() => manager.changeOptions("1", { proxy: "x" })).toThrow(refused);
	expect(manager.getAllConnections()).toMatchObject([{ liveId: "1", state: "connected" }]);
	await manager.stop();
});

test("releases permits of refused or stopped rooms", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.prepare = (upstream) => {
		upstream.onSession = (session) => session.fail(new DouyinError("handshake_refused", "no"));
	};
	for (let i = 0; i < 10; i++) manager.addConnection(String(i), harness.queue());
	await clock.advance(10_000);
	expect(manager.getAllConnections().every(({ state }) => state === "reconnecting")).toBe(true);
	expect(harness.isIdle).toBe(true);
	await manager.stop();
});

test("logs an upstream that can't be closed", async () => {
	const harness = new ManagerHarness();
	harness.manager.addConnection("1", harness.queue());
	const [made] = harness.made;
	if (made) {
		made.upstream.close = () => {
			throw new Error("close");
		};
	}
	await harness.manager.removeConnection("1");
	expect(harness.log.lines.filter((line) => line.level === 50)).toMatchObject([
		{ live_id: "1", err: { message: "close" } },
	]);
	await harness.manager.stop();
});

test("reconnects a room only when its identity changes", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.addConnection("1001", harness.queue());
	await clock.advance(1000);
	expect(manager.changeOptions("1001", {})).toBe(false);
	expect(manager.changeOptions("nobody", { cookie: "a" })).toBe(false);
	expect(manager.changeOptions("1001", { cookie: "sessionid=1" })).toBe(true);
	await clock.advance(1000);
	expect(manager.getConnectionStatus("1001")).toMatchObject({ state: "connected", identity: "logged_in" });
	expect(harness.openSessions).toHaveLength(1);
	expect(harness.made.map(({ upstream }) => upstream.closed)).toEqual([1, 0]);
	await manager.stop();
});

test("reconnects a room that is to store payloads", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.addConnection("1001", harness.queue());
	await clock.advance(1000);
	expect(manager.changeOptions("1001", { raw: false })).toBe(false);
	expect(manager.changeOptions("1001", { raw: true })).toBe(true);
	await clock.advance(1000);
	const sessions = harness.made.flatMap(({ upstream }) => upstream.sessions);
	expect(sessions.map(({ request, closed }) => [request.raw, closed])).toEqual([
		[false, true],
		[true, false],
	]);
	await manager.stop();
});

test("logs a throwing listener and notifies the others", async () => {
	const harness = new ManagerHarness();
	const { manager, clock, log } = harness;
	const states: string[] = [];
	manager.onStatus(() => {
		throw new Error("listener");
	});
	const off = manager.onStatus(({ liveId, state }) => void states.push(`${liveId} ${state}`));
	manager.addConnection("1001", harness.queue());
	await clock.advance(0);
	expect(states).toEqual(["1001 resolving", "1001 connecting"]);
	expect(log.lines.filter((line) => line.level === 50)).toHaveLength(2);
	off();
	await manager.stop();
	expect(states).toHaveLength(2);
});

test("removes every room on stop and accepts no more", async () => {
	const harness = new ManagerHarness();
	const { manager, clock } = harness;
	harness.connectAll();
	manager.start();
	for (let i = 0; i < 30; i++) manager.addConnection(String(i), harness.queue());
	await clock.advance(500);
	const stopped: string[] = [];
	manager.onStatus(({ liveId, state }) => void (state === "stopped" && stopped.push(liveId)));
	const done = manager.stop();
	expect(stopped).toEqual(Array.from({ length: 30 }, (_, i) => String(29 - i)));
	await done;
	expect(harness.openSessions).toEqual([]);
	expect(clock.pendingTimers).toBe(0);
	expect(manager.getAllConnections()).toEqual([]);
	expect(() => manager.addConnection("1", harness.queue())).toThrow(expect.objectContaining({ code: "shutting_down" }));
});

test("gives a slider proof to visitors of that address only", async () => {
	const taken: [string, number][] = [];
	const harness = new ManagerHarness();
	harness.prepare = (upstream) => {
		upstream.takeProof = async (given) =>
			void taken.push([given, harness.made.findIndex((one) => one.upstream === upstream)]);
	};
	const { manager } = harness;
	manager.addConnection("1", harness.queue());
	manager.addConnection("2", harness.queue(), { proxy: "http://127.0.0.1:9" });
	manager.addConnection("3", harness.queue(), { cookie: "sessionid=s" });
	await manager.takeProof("s_v_web_id=verify_1");
	expect(taken).toEqual([["s_v_web_id=verify_1", 0]]);
	expect(harness.made).toHaveLength(3);

	const proxied = new ManagerHarness({ shared: { proxy: "http://127.0.0.1:9" } });
	proxied.prepare = (upstream) => {
		upstream.takeProof = () => Promise.reject(new Error("It goes through a proxy"));
	};
	proxied.manager.addConnection("1", proxied.queue());
	await proxied.manager.takeProof("s_v_web_id=verify_1");
});

import { DouyinError } from "@livekeeper/douyin";
import { expect, onTestFinished, test } from "vitest";
import { live, offline } from "../rooms/fake-upstream.helpers.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";
import type { ConnectionManagerOptions } from "./persistent-connection-manager.ts";
import { RoomReaders } from "./room-routes.ts";

/** A manager with few connections, whose rooms connect by themselves and send messages. */
function setup(total: number | undefined, overrides: Partial<ConnectionManagerOptions> = {}) {
	const readers = new RoomReaders();
	const harness = new ManagerHarness({ limits: { total }, readers, ...overrides });
	harness.connectAll();
	const { manager, clock } = harness;
	manager.start();
	const queues = new Map<string, ReturnType<typeof harness.queue>>();
	const start = async (liveId: string, options = {}) => {
		const queue = harness.queue();
		queues.set(liveId, queue);
		manager.addConnection(liveId, queue, options);
		await pass(100);
	};
	const pass = async (ms: number) => {
		await clock.advance(ms);
		await clock.advance(0);
	};
	const status = (liveId: string) => manager.getConnectionStatus(liveId);
	const states = () => Object.fromEntries(manager.getAllConnections().map(({ liveId, state }) => [liveId, state]));
	const events = (liveId: string) => queues.get(liveId)?.drain()?.events ?? [];
	onTestFinished(async () => {
		await manager.stop();
		expect(manager.admission.status()).toMatchObject({ held: 0, queue: [] });
		expect(clock.pendingTimers).toBe(0);
	});
	return { harness, manager, readers, clock, start, pass, status, states, events };
}

test("queues rooms past the limit with position and reason", async () => {
	const { manager, start, pass, status, states } = setup(1);
	for (const liveId of ["a", "b", "c"]) await start(liveId);
	expect(states()).toEqual({ a: "connected", b: "queued", c: "queued" });
	expect(status("a")?.queue).toBeUndefined();
	expect(status("c")).toMatchObject({
		reason: { code: "no_free_slot", message: { en: "The only allowed connection is in use." } },
		priority: "live",
		queue: { position: 2, why: { en: "The only allowed connection is in use." } },
	});
	await manager.removeConnection("a");
	await pass(100);
	expect(states()).toEqual({ b: "connected", c: "queued" });
	expect(status("c")?.queue).toMatchObject({ position: 1 });
	manager.admission.setLimits({});
	await pass(100);
	expect(states()).toEqual({ b: "connected", c: "connected" });
});

test("preempts for a pinned room, which keeps its cursor", async () => {
	const { harness, manager, start, pass, status, states, events } = setup(1);
	await start("a");
	await start("p", { pinned: true });
	expect(states()).toEqual({ a: "queued", p: "connected" });
	const reason = { code: "preempted", message: { en: "Room p needs the connection: it is pinned." } };
	expect(status("a")).toMatchObject({ reason, pinned: false, reconnectCount: 0, queue: { position: 1 } });
	expect(events("a")).toContainEqual(
		expect.objectContaining({ type: "connection", state: "queued", reason: "preempted", message: reason.message.en }),
	);
	expect(status("p")).toMatchObject({ pinned: true, priority: "pinned" });
	await manager.removeConnection("p");
	await pass(100);
	expect(states()).toEqual({ a: "connected" });
	expect(harness.made.flatMap(({ upstream }) => upstream.sessions).at(-1)?.request.cursor).toBeDefined();
});

test("lets a pinned waiting room in without a new connection", async () => {
	const { harness, manager, start, pass, states } = setup(1);
	await start("a");
	await start("b");
	manager.changeOptions("b", { pinned: true });
	await pass(100);
	expect(states()).toEqual({ a: "queued", b: "connected" });
	const sessions = harness.made.flatMap(({ upstream }) => upstream.sessions).length;
	manager.changeOptions("b", {});
	await pass(100);
	expect(states()).toEqual({ a: "queued", b: "connected" });
	expect(harness.made.flatMap(({ upstream }) => upstream.sessions)).toHaveLength(sessions);
});

test("prefers a room with readers and preempts a silent one", async () => {
	const { harness, readers, start, pass, status, states } = setup(1, { rooms: { silenceMs: 3_600_000 } });
	for (const liveId of ["a", "b", "c"]) await start(liveId);
	const gone = readers.add("c");
	expect(status("c")).toMatchObject({ priority: "readers", queue: { position: 1 } });
	await pass(60_000);
	expect(states()).toEqual({ a: "connected", b: "queued", c: "queued" });
	await pass(245_000);
	expect(states()).toEqual({ a: "queued", b: "queued", c: "connected" });
	expect(status("a")).toMatchObject({ priority: "idle", reason: { code: "preempted" } });
	gone();
	harness.openSessions[0]?.frame();
	await pass(0);
	expect(status("c")?.priority).toBe("live");
});

test("counts a room preempted while talking as live", async () => {
	const { manager, start, pass, status } = setup(1, { rooms: { silenceMs: 86_400_000 } });
	await start("a");
	await start("p", { pinned: true });
	await pass(900_000);
	expect(status("a")).toMatchObject({ state: "queued", priority: "live" });
	await manager.removeConnection("p");
	await pass(100);
	expect(status("a")).toMatchObject({ state: "connected", priority: "live" });
});

test("keeps a permit that came by waiting for a while", async () => {
	const { manager, start, pass, states, readers } = setup(1, { rooms: { silenceMs: 86_400_000 } });
	await start("a");
	await start("b");
	readers.add("r1");
	readers.add("r2");
	await start("r1");
	expect(states()).toMatchObject({ r1: "queued" });
	await pass(310_000);
	expect(states()).toEqual({ a: "queued", b: "queued", r1: "connected" });
	await start("r2");
	await manager.removeConnection("r1");
	await pass(100);
	// Five minutes make the oldest as good as one that is read, and it was there first.
	expect(states()).toEqual({ a: "queued", b: "connected", r2: "queued" });
});

test("stops waiting for a broadcast that is over", async () => {
	const { harness, manager, start, pass, states, status } = setup(1);
	await start("a");
	await start("b");
	const [{ upstream } = expect.fail()] = harness.made;
	const session = harness.openSessions[0];
	const talk = async (ms: number) => {
		for (let left = ms; left > 0; left -= 10_000) {
			session?.frame();
			await pass(10_000);
		}
	};
	upstream.page = { status: "unknown", liveId: "b", failure: new DouyinError("unreadable_page", "?") };
	await talk(130_000);
	expect(states()).toEqual({ a: "connected", b: "queued" });
	upstream.page = (liveId) => (liveId === "b" ? offline("r-b") : live("r-a"));
	await talk(120_000);
	expect(status("b")).toMatchObject({ state: "waiting", reason: { code: "offline" } });
	expect(manager.admission.status().queue).toEqual([]);
	upstream.page = (liveId) => live(`r-${liveId}`);
	await talk(40_000);
	expect(states()).toEqual({ a: "connected", b: "queued" });
});

test("preempts connections during and before their handshake", async () => {
	const { harness, manager, start, pass, states } = setup(1);
	harness.prepare = (upstream) => {
		upstream.onSession = () => undefined;
	};
	await start("a", { cookie: "x" });
	expect(states()).toEqual({ a: "connecting" });
	await start("p", { cookie: "y", pinned: true });
	expect(states()).toEqual({ a: "queued", p: "connecting" });
	expect(harness.openSessions).toHaveLength(1);
	await manager.removeConnection("p");
	// Its turn to begin a handshake has not come yet when the next needs its connection.
	manager.addConnection("q", harness.queue(), { cookie: "y", pinned: true });
	await pass(0);
	expect(manager.admission.status().held).toBe(1);
	await pass(100);
	expect(states()).toEqual({ a: "queued", q: "connecting" });
});

test("preempts the least important at lower limits, per identity", async () => {
	const { manager, start, pass, states, status } = setup(undefined);
	await start("a1", { cookie: "a" });
	await start("a2", { cookie: "a", pinned: true });
	await start("b1", { cookie: "b" });
	manager.admission.setLimits({ perIdentity: 1 });
	await pass(100);
	expect(states()).toEqual({ a1: "queued", a2: "connected", b1: "connected" });
	expect(status("a1")).toMatchObject({
		reason: { code: "preempted", message: { en: "The connection limit of this login was lowered to 1." } },
		queue: { position: 1, why: { en: "The only allowed connection of this login is in use." } },
	});
	manager.admission.setLimits({ total: 1 });
	await pass(100);
	expect(states()).toEqual({ a1: "queued", a2: "connected", b1: "queued" });
});

test.each([
	["max_connections", { total: 1 }, {}],
	["its own identity's limit", { perIdentity: 1 }, {}],
	["its own proxy's limit", { perProxy: 1 }, { proxy: "http://127.0.0.1:1" }],
])("counts a second session against %s", async (_name, limits, way) => {
	const { manager, start, pass, status } = setup(undefined);
	manager.admission.setLimits(limits);
	await start("a", { ...way, redundancy: 2 });
	const connections = () => status("a")?.connections?.map(({ state }) => state);
	expect(connections()).toEqual(["connected", "queued"]);
	expect(manager.admission.status()).toMatchObject({ held: 1, queue: [] });
	manager.admission.setLimits({});
	await pass(1_000);
	expect(connections()).toEqual(["connected", "connected"]);
	expect(manager.admission.status().held).toBe(2);
});

test("counts a second session by its own route", async () => {
	const { manager, start, pass, status, states } = setup(undefined);
	manager.admission.setLimits({ perIdentity: 1 });
	await start("a", { redundancy: 2, sessions: [{ cookie: "b=1" }] });
	await pass(1_000);
	const connections = () => status("a")?.connections?.map(({ state }) => state);
	expect(connections()).toEqual(["connected", "connected"]);
	await start("b", { cookie: "b=1" });
	await pass(1_000);
	expect(connections()).toEqual(["connected", "queued"]);
	expect(states()).toEqual({ a: "connected", b: "connected" });
});

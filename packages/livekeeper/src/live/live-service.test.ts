import { expect, test, vi } from "vitest";
import { ManagerHarness } from "../connections/manager-harness.test-kit.ts";
import { chat } from "../rooms/fake-upstream.test-kit.ts";
import { LiveService } from "./live-service.ts";

function setup(options: { maxRooms?: number; queueSize?: number } = {}) {
	const { maxRooms, queueSize } = options;
	const harness = new ManagerHarness(maxRooms === undefined ? {} : { maxRooms });
	harness.connectAll();
	const { manager, log, clock } = harness;
	const live = new LiveService({ manager, logger: log.logger, ...(queueSize !== undefined && { queueSize }) });
	const seqs: Record<string, number[]> = {};
	const types: string[] = [];
	const listen = () =>
		live.onMessages((liveId, events) => {
			seqs[liveId] ??= [];
			seqs[liveId].push(...events.map(({ seq }) => seq));
			types.push(...events.map(({ type }) => type));
		});
	const end = async () => {
		await manager.stop();
		live.close();
		expect(clock.pendingTimers).toBe(0);
	};
	return { harness, live, clock, seqs, types, listen, end, log };
}

/** One turn of the event loop in which batches are handed on. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test("a started room is active, says so, and its events come in order", async () => {
	const { live, clock, seqs, types, listen, end } = setup();
	listen();
	expect(live.startLive("1001")).toMatchObject({ liveId: "1001", created: true, status: { state: "idle" } });
	await clock.advance(0);
	await turn();
	expect(live.getRoom("1001")?.state).toBe("connected");
	expect(live.getStatus()).toMatchObject({ activeRooms: ["1001"], rooms: [{ liveId: "1001" }] });
	expect(types).toEqual(["broadcast_started", "connection", "chat"]);
	expect(seqs["1001"]).toEqual(upTo(3));
	await end();
});

test("starting an active room reuses the connection, also when both starts come at the same moment", async () => {
	const { harness, live, clock, end } = setup();
	expect([live.startLive("1001"), live.startLive("1001")].map(({ created }) => created)).toEqual([true, false]);
	await clock.advance(1000);
	expect(live.startLive("1001")).toMatchObject({ created: false, status: { state: "connected" } });
	await clock.advance(1000);
	expect(harness.made.flatMap(({ upstream }) => upstream.sessions)).toHaveLength(1);
	await end();
});

test("a stopped room is gone at once; a room that is not active can't be stopped", async () => {
	const { harness, live, clock, end } = setup();
	live.startLive("1001");
	await clock.advance(0);
	const stopped = live.stopLive("1001");
	expect(live.getStatus()).toEqual({ activeRooms: [], rooms: [] });
	expect(live.getRoom("1001")).toBeUndefined();
	await stopped;
	expect(harness.openSessions).toEqual([]);
	await expect(live.stopLive("1001")).rejects.toMatchObject({ code: "room_not_found", status: 404 });
	await end();
});

test("a room that is started again goes on counting", async () => {
	const { live, clock, seqs, listen, end } = setup();
	listen();
	for (let i = 0; i < 3; i++) {
		live.startLive("1001");
		await clock.advance(100);
		await live.stopLive("1001");
	}
	expect(seqs["1001"]).toEqual(upTo(9));
	await end();
});

test("what a room said just before it was stopped still arrives", async () => {
	const { harness, live, clock, seqs, listen, end } = setup();
	listen();
	live.startLive("1001");
	await clock.advance(0);
	await turn();
	harness.openSessions[0]?.frame(Array.from({ length: 2500 }, () => chat(clock.now())));
	await Promise.resolve();
	for (let i = 0; i < 10; i++) await Promise.resolve();
	await live.stopLive("1001");
	expect(seqs["1001"]).toEqual(upTo(2503));
	await end();
});

test.each(["", ".", "..", "../x", "a/b", "x".repeat(65), "房间", "a b", 5, undefined, null])(
	"%j is no live id",
	async (liveId) => {
		const { live, end } = setup();
		expect(() => live.startLive(liveId as string)).toThrow(expect.objectContaining({ code: "invalid_live_id" }));
		expect(live.getStatus().rooms).toEqual([]);
		await end();
	},
);

test("past the limit a start fails and leaves nothing behind", async () => {
	const { live, end } = setup({ maxRooms: 1 });
	live.startLive("1");
	expect(() => live.startLive("2")).toThrow(expect.objectContaining({ code: "too_many_rooms" }));
	expect(live.startLive("1").created).toBe(false);
	await expect(live.stopLive("2")).rejects.toMatchObject({ code: "room_not_found" });
	expect(live.getStatus().activeRooms).toEqual(["1"]);
	await end();
});

test("other options connect an active room anew, the same or none leave it alone, and numbers go on", async () => {
	const { harness, live, clock, seqs, listen, end } = setup();
	listen();
	live.startLive("1001", { cookie: "sessionid=1" });
	await clock.advance(0);
	live.startLive("1001");
	live.startLive("1001", { cookie: "sessionid=1" });
	await clock.advance(1000);
	expect(harness.made).toHaveLength(1);
	expect(live.startLive("1001", {})).toMatchObject({ created: false, status: { identity: "anonymous" } });
	await clock.advance(1000);
	await turn();
	expect(harness.made).toHaveLength(2);
	expect(live.getRoom("1001")?.state).toBe("connected");
	expect(seqs["1001"]).toEqual(upTo(seqs["1001"]?.length ?? 0));
	expect(seqs["1001"]?.length).toBeGreaterThan(4);
	await end();
});

test("a subscriber that throws is logged, and the others and the rooms don't notice", async () => {
	const { live, clock, seqs, listen, end, log } = setup();
	live.onMessages(() => {
		throw new Error("subscriber");
	});
	listen();
	live.startLive("1");
	live.startLive("2");
	await clock.advance(1000);
	await turn();
	expect(seqs).toEqual({ "1": upTo(3), "2": upTo(3) });
	expect(log.lines.some((line) => line.msg === "A subscriber to messages threw." && line["live_id"] === "2")).toBe(
		true,
	);
	await end();
});

test("a subscriber is called once for a batch, and not after it has left", async () => {
	const { harness, live, clock, end } = setup();
	const subscriber = vi.fn();
	const off = live.onMessages(subscriber);
	live.startLive("1001");
	await clock.advance(0);
	await turn();
	const calls = subscriber.mock.calls.length;
	for (let i = 0; i < 20; i++) harness.openSessions[0]?.frame();
	await vi.waitFor(() => expect(live.getRoom("1001")?.frames).toBe(21));
	await turn();
	expect(subscriber.mock.calls.length).toBeLessThanOrEqual(calls + 2);
	off();
	harness.openSessions[0]?.frame();
	await turn();
	expect(subscriber.mock.calls.length).toBeLessThanOrEqual(calls + 2);
	await end();
});

test("until somebody listens events wait in a bounded queue, and what was dropped is told", async () => {
	const { live, clock, seqs, listen, end, harness } = setup({ queueSize: 5 });
	live.startLive("1001");
	await clock.advance(0);
	harness.openSessions[0]?.frame(Array.from({ length: 10 }, () => chat(clock.now())));
	await clock.advance(0);
	expect(live.getRoom("1001")?.dropped).toBe(8);
	listen();
	await turn();
	expect(seqs["1001"]).toEqual([9, 10, 11, 12, 13]);
	await end();
});

test("a batch that is too large for one turn is handed on in several, in order", async () => {
	const { live, clock, seqs, listen, end, harness } = setup();
	listen();
	live.startLive("1001");
	await clock.advance(0);
	harness.openSessions[0]?.frame(Array.from({ length: 2500 }, () => chat(clock.now())));
	await clock.advance(0);
	for (let i = 0; i < 4; i++) await turn();
	expect(seqs["1001"]).toEqual(upTo(2503));
	await end();
});

test("a subscriber may stop the room whose events it is given", async () => {
	const { live, clock, end, harness } = setup();
	const stopped: Promise<void>[] = [];
	live.onMessages((liveId) => {
		if (live.getRoom(liveId)) stopped.push(live.stopLive(liveId));
	});
	live.startLive("1001");
	await clock.advance(0);
	await turn();
	await Promise.all(stopped);
	expect(stopped.length).toBe(1);
	expect(harness.openSessions).toEqual([]);
	await end();
});

test("listeners to the status are told of every room", async () => {
	const { live, clock, end } = setup();
	const seen: string[] = [];
	const off = live.onStatus(({ liveId, state }) => void seen.push(`${liveId} ${state}`));
	live.startLive("1");
	await clock.advance(0);
	off();
	await live.stopLive("1");
	expect(seen).toEqual(["1 resolving", "1 connecting", "1 connected"]);
	await end();
});

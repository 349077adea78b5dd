import { verbatim } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { emptyStatus, type LiveRoomStatus } from "../live/index.ts";
import { isShowable } from "../wire/index.ts";
import { StatusExchange } from "./status-exchange.ts";

type Listener = (message: Uint8Array) => void;

/** Announcements, delivered to all nodes at once, including the sender. */
class Bus {
	readonly sent: string[] = [];
	readonly #listeners: Listener[] = [];
	maxBytes: number;

	constructor(maxBytes = 1 << 20) {
		this.maxBytes = maxBytes;
	}

	publish(_topic: string, message: Uint8Array): void {
		this.sent.push(Buffer.from(message).toString("utf8"));
		for (const listener of this.#listeners) listener(message);
	}

	subscribe(_topic: string, listener: Listener): void {
		this.#listeners.push(listener);
	}
}

const statusOf = (liveId: string, state: LiveRoomStatus["state"] = "connected"): LiveRoomStatus => ({
	...emptyStatus({ liveId, options: {}, message: verbatim("in a test"), since: 0 }),
	state,
});

function member(node: string, bus: Bus, clock: ManualClock, rooms = new Map<string, LiveRoomStatus>()) {
	const exchange = new StatusExchange({
		...{ node, messages: bus, clock, isStatus: isShowable },
		statuses: () => [...rooms.values()],
		status: (liveId) => rooms.get(liveId),
	});
	onTestFinished(() => exchange.close());
	return { exchange, rooms };
}

const roomsOf = (message: string | undefined) =>
	(JSON.parse(message ?? "{}") as { rooms: LiveRoomStatus[] }).rooms.map(({ liveId }) => liveId);

test("gathers changes of 100 ms by sender, each room once", async () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const [a, b] = [member("a", bus, clock), member("b", bus, clock)];
	const heard: string[] = [];
	b.exchange.onAnnounced((node, { liveId, state }) => heard.push(`${node} ${liveId} ${state}`));
	for (const liveId of ["1", "2", "1"]) {
		a.rooms.set(liveId, statusOf(liveId));
		a.exchange.changed(liveId);
	}
	await clock.advance(99);
	expect(bus.sent).toEqual([]);
	await clock.advance(1);
	expect(bus.sent.map(roomsOf)).toEqual([["1", "2"]]);
	expect(heard).toEqual(["a 1 connected", "a 2 connected"]);
	expect(b.exchange.of("1", "a")?.state).toBe("connected");
	expect(b.exchange.of("1", "c")).toBeUndefined();
	// A node learns nothing from itself.
	expect(a.exchange.of("1", "a")).toBeUndefined();
	b.exchange.forget("1");
	expect(b.exchange.of("1", "a")).toBeUndefined();
});

test("leaves out a room that left before its announcement", async () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const a = member("a", bus, clock);
	a.exchange.changed("1");
	await clock.advance(100);
	expect(bus.sent).toEqual([]);
});

test("prefers the later of two nodes' reports", async () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const [a, b, c] = ["a", "b", "c"].map((node) => member(node, bus, clock));
	a?.rooms.set("1", statusOf("1"));
	a?.exchange.announceAll();
	b?.rooms.set("1", statusOf("1", "connecting"));
	b?.exchange.announceAll();
	expect(c?.exchange.of("1", "a")).toBeUndefined();
	expect(c?.exchange.of("1", "b")?.state).toBe("connecting");
});

test("can ignore announcements from before a moment", () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const [a, b] = [member("a", bus, clock, new Map([["1", statusOf("1")]])), member("b", bus, clock)];
	a.exchange.announceAll();
	const before = b.exchange.heardMessages;
	expect(b.exchange.of("1", "a", before)).toBeUndefined();
	expect(b.exchange.of("1", "a")?.state).toBe("connected");
	a.exchange.announceAll();
	expect(b.exchange.of("1", "a", before)?.state).toBe("connected");
	// Its own messages count for nothing.
	expect(a.exchange.heardMessages).toBe(0);
});

test("announces all rooms every 5 s until it is closed", async () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const a = member("a", bus, clock, new Map([["1", statusOf("1")]]));
	await clock.advance(4_999);
	expect(bus.sent).toHaveLength(0);
	await clock.advance(1);
	expect(bus.sent.map(roomsOf)).toEqual([["1"]]);
	a.exchange.changed("1");
	a.exchange.close();
	await clock.advance(20_000);
	expect(bus.sent).toHaveLength(1);
});

test("splits announcements into messages that fit", () => {
	const [clock, bus] = [new ManualClock(), new Bus(8_000)];
	const rooms = new Map(Array.from({ length: 40 }, (_, n) => [`${n}`, statusOf(`${n}`)] as const));
	const a = member("a", bus, clock, rooms);
	const b = member("b", bus, clock);
	a.exchange.announceAll();
	expect(bus.sent.length).toBeGreaterThan(1);
	expect(Math.max(...bus.sent.map((message) => Buffer.byteLength(message)))).toBeLessThanOrEqual(bus.maxBytes);
	expect(bus.sent.flatMap(roomsOf)).toEqual([...rooms.keys()]);
	expect([...rooms.keys()].every((liveId) => b.exchange.of(liveId, "a"))).toBe(true);
});

test("skips only rooms with an invalid status", () => {
	const [clock, bus] = [new ManualClock(), new Bus()];
	const { exchange } = member("b", bus, clock);
	const heard: string[] = [];
	exchange.onAnnounced((_, { liveId }) => heard.push(liveId));
	const { quality: _, ...older } = statusOf("1");
	const rooms = [
		older,
		statusOf("2"),
		{ ...statusOf("3"), evidence: ["words"] },
		null,
		{ ...statusOf("4"), frames: "9" },
	];
	const say = (message: unknown) => bus.publish("rooms", Buffer.from(JSON.stringify(message)));
	expect(() => say({ node: "a", rooms })).toThrow("Node a says what is no status of a room");
	expect(heard).toEqual(["2"]);
	expect(["1", "2", "3", "4"].map((liveId) => exchange.last(liveId)?.liveId)).toEqual([
		undefined,
		"2",
		undefined,
		undefined,
	]);
	expect(() => say({ rooms: [] })).toThrow();
	expect(() => bus.publish("rooms", Buffer.from("?"))).toThrow();
});

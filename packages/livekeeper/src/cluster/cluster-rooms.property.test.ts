import { verbatim } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyStatus, type LiveRoomStatus, type LocalRooms } from "../live/index.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { isShowable } from "../wire/index.ts";
import { ClusterRooms } from "./cluster-rooms.ts";
import type { NodeEntry, View } from "./presence.ts";
import { StatusExchange } from "./status-exchange.ts";

const names = ["a", "b", "c"] as const;
const rooms = ["1", "2", "3", "4", "5", "6"] as const;
const holdMs = 30_000;
type Name = (typeof names)[number];

const entry = (node: string, draining: boolean): NodeEntry => ({
	...{ node, run: node, weight: 1, draining, url: "", version: "1", startedAt: 0, rooms: 0, renewal: 0 },
});

/** One node, with rooms that connect when the test says so. */
class Node {
	readonly name: Name;
	readonly running = new Map<string, LiveRoomStatus>();
	readonly rooms: ClusterRooms;
	unrenewedMs = 0;
	/** Time for which NATS has not heard another node, ms. */
	unheardMs = 0;
	/** Violated promises. */
	readonly broken: string[] = [];
	readonly #world: World;
	/** Nodes that take rooms, and the number of reports when it saw that. */
	#members = "";
	#seenAt = 0;
	#onView: (view: View) => void = () => undefined;
	#onFenced: (room: { liveId: string; by: undefined; dropped: number }) => void = () => undefined;
	#onStatus: (status: LiveRoomStatus) => void = () => undefined;
	#view: View = { number: 0, nodes: [] };
	#fencing = false;

	constructor(name: Name, world: World) {
		this.name = name;
		this.#world = world;
		const self = this;
		const { clock, bus } = world;
		const local = {
			get liveIds() {
				return [...self.running.keys()];
			},
			has: (liveId: string) => self.running.has(liveId),
			start: (liveId: string) => self.#start(liveId),
			change: () => undefined,
			stop: async (liveId: string) => self.#stop(liveId),
			status: (liveId: string) => self.running.get(liveId),
			statuses: () => [...self.running.values()],
			qualityHistory: () => [],
			onStatus: (listener: (status: LiveRoomStatus) => void) => {
				self.#onStatus = listener;
				return () => undefined;
			},
		};
		const { statuses, status } = local;
		const exchange = new StatusExchange({ node: name, messages: bus, clock, statuses, status, isStatus: isShowable });
		this.rooms = new ClusterRooms({
			...{ node: name, exchange, clock, holdMs, logger: recordingLogger().logger },
			local: local as unknown as LocalRooms,
			log: {
				release: async () => 0,
				onFenced: (listener) => {
					self.#onFenced = listener;
					return () => undefined;
				},
			},
			presence: {
				get view() {
					return self.#view;
				},
				get unrenewedMs() {
					return self.unrenewedMs;
				},
				unheardMs: () => self.unheardMs,
				onView: (listener) => {
					self.#onView = listener;
					return () => undefined;
				},
			},
		});
	}

	see(there: readonly Name[], draining?: Name): void {
		const members = there.filter((node) => node !== draining).join();
		if (members !== this.#members) this.#seenAt = this.#world.reports.length;
		this.#members = members;
		this.#view = { number: 0, nodes: there.map((node) => entry(node, node === draining)) };
		this.#onView(this.#view);
	}

	/** Connects a room and reports it. */
	connect(liveId: string): void {
		this.enter(liveId, "connected");
	}

	enter(liveId: string, state: LiveRoomStatus["state"], reconnectCount = 0): void {
		const before = this.running.get(liveId);
		if (!before) return;
		const status = { ...before, state, reconnectCount, since: this.#world.clock.now() };
		this.running.set(liveId, status);
		this.#onStatus(status);
	}

	fence(liveId: string): void {
		this.#fencing = true;
		this.#onFenced({ liveId, by: undefined, dropped: 0 });
		this.#fencing = false;
	}

	#start(liveId: string): void {
		if (this.running.has(liveId)) this.broken.push(`${this.name} starts ${liveId} twice`);
		const owner = this.rooms.ownerOf(liveId);
		if (owner !== this.name) this.broken.push(`${this.name} starts ${liveId} of ${owner}`);
		const message = verbatim("in a test");
		this.running.set(liveId, emptyStatus({ liveId, options: {}, message, since: this.#world.clock.now() }));
	}

	#stop(liveId: string): void {
		this.running.delete(liveId);
		if (this.#fencing || this.unrenewedMs > holdMs || !this.#world.kept.has(liveId)) return;
		const owner = this.rooms.ownerOf(liveId);
		// Reports from before it fell to another node say nothing about a take-over from here.
		const since = this.#world.reports.slice(this.#seenAt);
		const hasReported = since.some((report) => report.node === owner && report.liveId === liveId);
		if (!hasReported) this.broken.push(`${this.name} ends ${liveId} before ${owner} has reported it`);
	}
}

class World {
	readonly clock = new ManualClock();
	readonly kept = new Set<string>();
	/** Which node has reported which room, in order. */
	readonly reports: { node: string; liveId: string }[] = [];
	readonly #listeners: ((message: Uint8Array) => void)[] = [];
	readonly bus = {
		maxBytes: 1 << 20,
		publish: (_topic: string, message: Uint8Array) => {
			const { node, rooms: some } = JSON.parse(Buffer.from(message).toString()) as {
				node: string;
				rooms: LiveRoomStatus[];
			};
			for (const { liveId, state } of some) if (state === "connected") this.reports.push({ node, liveId });
			for (const listener of this.#listeners) listener(message);
		},
		subscribe: (_topic: string, listener: (message: Uint8Array) => void) => void this.#listeners.push(listener),
	};
	readonly nodes = names.map((name) => new Node(name, this));

	node(name: Name): Node {
		const node = this.nodes.find((one) => one.name === name);
		if (!node) throw new Error(`there is no node ${name}`);
		return node;
	}

	/** Starts a room unless it is kept already, as its caller does. */
	start(liveId: string): void {
		if (this.kept.has(liveId)) return;
		this.kept.add(liveId);
		for (const node of this.nodes) node.rooms.start(liveId, {}, "new");
	}

	async stop(liveId: string): Promise<void> {
		this.kept.delete(liveId);
		await Promise.all(this.nodes.map((node) => node.rooms.stop(liveId)));
	}

	/** Advances time and connects running rooms. */
	async settle(ms: number): Promise<void> {
		for (let at = 0; at < ms; at += 500) {
			await this.clock.advance(500);
			for (const node of this.nodes) for (const liveId of [...node.running.keys()]) node.connect(liveId);
		}
	}

	/** Returns the nodes that run each room. */
	where(): Record<string, Name[]> {
		const at = (liveId: string) => this.nodes.filter(({ running }) => running.has(liveId)).map(({ name }) => name);
		return Object.fromEntries(rooms.map((liveId) => [liveId, at(liveId)]));
	}

	expected(): Record<string, (string | undefined)[]> {
		const [{ rooms: any } = { rooms: undefined }] = this.nodes;
		return Object.fromEntries(rooms.map((liveId) => [liveId, this.kept.has(liveId) ? [any?.ownerOf(liveId)] : []]));
	}

	close(): void {
		for (const node of this.nodes) node.rooms.close();
	}
}

const name = fc.constantFrom(...names);
const room = fc.constantFrom(...rooms);
const some = fc.subarray([...names], { minLength: 1 });
const command = fc.oneof(
	fc.record({ kind: fc.constant("see" as const), name, there: some }),
	fc.record({ kind: fc.constant("all see" as const), there: some }),
	fc.record({ kind: fc.constant("cut off" as const), name }),
	fc.record({ kind: fc.constant("back" as const), name }),
	fc.record({ kind: fc.constant("connect" as const), name }),
	fc.record({ kind: fc.constant("fence" as const), name, room }),
	fc.record({ kind: fc.constant("start" as const), room }),
	fc.record({ kind: fc.constant("stop" as const), room }),
	fc.record({ kind: fc.constant("settle" as const) }),
	fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

async function carryOut(world: World, step: Command): Promise<void> {
	switch (step.kind) {
		case "see":
			return world.node(step.name).see(step.there);
		case "all see":
			for (const node of world.nodes) node.see(step.there);
			return;
		case "cut off":
			world.node(step.name).unrenewedMs = holdMs + 1;
			return;
		case "back":
			world.node(step.name).unrenewedMs = 0;
			return;
		case "connect":
			for (const liveId of rooms) world.node(step.name).connect(liveId);
			return;
		case "fence":
			return world.node(step.name).fence(step.room);
		case "start":
			return world.start(step.room);
		case "stop":
			return world.stop(step.room);
		case "settle":
			return world.settle(8_000);
		case "pass":
			await world.clock.advance(step.ms);
	}
}

test("runs each kept room on its owner alone eventually", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(command, { maxLength: 40 }), some, async (commands, there) => {
			const world = new World();
			try {
				for (const node of world.nodes) node.see(names);
				for (const step of commands) await carryOut(world, step);
				for (const node of world.nodes) {
					node.unrenewedMs = 0;
					node.see(there);
				}
				await world.settle(15_000);
				expect(world.where()).toEqual(world.expected());
				expect(world.nodes.flatMap(({ broken }) => broken)).toEqual([]);
			} finally {
				world.close();
			}
		}),
		{ numRuns: 500 },
	);
});

test("suspends an unheard node's rooms and takes them back", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(names);
	for (const liveId of rooms) world.start(liveId);
	await world.settle(3_000);
	const [cut] = world.nodes.filter(({ running }) => running.size > 0);
	const had = [...(cut?.running.keys() ?? [])];
	if (cut) cut.unrenewedMs = holdMs;
	await world.settle(3_000);
	expect([...(cut?.running.keys() ?? [])]).toEqual(had);
	if (cut) cut.unrenewedMs = holdMs + 1;
	await world.settle(3_000);
	expect(cut?.running.size).toBe(0);
	if (cut) cut.unrenewedMs = 0;
	await world.settle(3_000);
	expect([...(cut?.running.keys() ?? [])].toSorted()).toEqual(had.toSorted());
	world.close();
});

test("drains a node only once all rooms are reported elsewhere", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(names);
	for (const liveId of rooms) world.start(liveId);
	await world.settle(3_000);
	const leaving = world.nodes.find(({ running }) => running.size > 0);
	if (!leaving) throw new Error("no room runs");
	const had = leaving.running.size;
	for (const node of world.nodes) node.see(names, leaving.name);
	// The others have started its rooms, and none is connected yet.
	await world.clock.advance(5_000);
	expect(leaving.running.size).toBe(had);
	expect(leaving.rooms.isDrained).toBe(false);
	await world.settle(3_000);
	expect(leaving.running.size).toBe(0);
	expect(leaving.rooms.isDrained).toBe(true);
	world.close();
});

test("ignores the former owner's reports when a room falls back", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(["b"]);
	for (const liveId of rooms) world.start(liveId);
	await world.settle(3_000);
	for (const node of world.nodes) node.see(["a", "b"]);
	const [a, b] = [world.node("a"), world.node("b")];
	// Its former owner reports each room while the new one is not connected yet.
	await world.clock.advance(10_000);
	await world.settle(3_000);
	const moved = [...a.running.keys()];
	expect(moved.filter((liveId) => b.running.has(liveId))).toEqual([]);
	for (const node of world.nodes) node.see(["a", "b"], "a");
	await world.clock.advance(10_000);
	expect([...a.running.keys()]).toEqual(moved);
	expect(b.running.size).toBe(rooms.length);
	await world.settle(3_000);
	expect(a.running.size).toBe(0);
	expect(world.nodes.flatMap(({ broken }) => broken)).toEqual([]);
	world.close();
});

/** A room of `a` that falls to `b`, which has just joined. */
async function moving(): Promise<{ world: World; a: Node; b: Node; moved: string }> {
	const world = new World();
	for (const node of world.nodes) node.see(["a"]);
	for (const liveId of rooms) world.start(liveId);
	await world.settle(3_000);
	for (const node of world.nodes) node.see(["a", "b"]);
	await world.clock.advance(2_000);
	const [a, b] = [world.node("a"), world.node("b")];
	const [moved] = b.running.keys();
	if (moved === undefined) throw new Error("no room has moved");
	return { world, a, b, moved };
}

test("keeps a room until its next node has connected it", async () => {
	for (const state of ["blocked", "reconnecting"] as const) {
		const { world, a, b, moved } = await moving();
		for (let attempt = 1; attempt <= 50; attempt++) {
			b.enter(moved, state, attempt);
			await world.clock.advance(1_000);
			if (attempt === 25) a.enter(moved, "reconnecting", 2);
			if (attempt === 26) a.connect(moved);
			expect(a.rooms.status(moved)?.state).toBe(attempt === 25 ? "reconnecting" : "connected");
			expect(world.node("c").rooms.status(moved)?.state).not.toBe("idle");
		}
		expect(a.running.has(moved)).toBe(true);
		b.connect(moved);
		await world.clock.advance(1_000);
		expect(a.running.has(moved)).toBe(false);
		world.close();
	}
});

test("hands over once the next node has looked up", async () => {
	for (const state of ["waiting", "not_found"] as const) {
		const { world, a, b, moved } = await moving();
		b.enter(moved, state);
		await world.clock.advance(1_000);
		expect(a.running.has(moved)).toBe(false);
		world.close();
	}
});

test("leaves an unconnectable room to its next node", async () => {
	const { world, a, b, moved } = await moving();
	b.enter(moved, "reconnecting", 1);
	for (let attempt = 1; attempt < 5; attempt++) {
		a.enter(moved, "blocked", attempt);
		await world.clock.advance(10_000);
		expect(a.running.has(moved)).toBe(true);
	}
	a.enter(moved, "blocked", 5);
	await world.clock.advance(1_000);
	expect([a.running.has(moved), b.running.has(moved)]).toEqual([false, true]);
	world.close();
});

test("runs nothing after another process takes its name", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(["a"]);
	world.start("1");
	await world.settle(3_000);
	const node = world.node("a");
	expect(node.running.size).toBe(1);
	node.broken.length = 0;
	node.rooms.giveUp();
	await world.settle(3_000);
	expect(node.running.size).toBe(0);
	world.close();
});

test("reports a hand-over while a leaving room runs here", async () => {
	const { world, a, b, moved } = await moving();
	expect([a.rooms.leaves(moved), b.rooms.leaves(moved)]).toEqual([true, false]);
	expect([...a.running.keys()].filter((liveId) => !b.running.has(liveId)).some((id) => a.rooms.leaves(id))).toBe(false);
	for (const node of world.nodes) node.see(["a"]);
	expect([a.rooms.leaves(moved), b.rooms.leaves(moved)]).toEqual([false, true]);
	world.close();
});

test("moves a room that waits for a connection", async () => {
	const { world, a, b, moved } = await moving();
	a.enter(moved, "queued");
	b.enter(moved, "queued");
	await world.clock.advance(1_000);
	expect([a.running.has(moved), b.running.has(moved)]).toEqual([false, true]);
	world.close();
});

test("keeps a connected room while its next node waits", async () => {
	const { world, a, b, moved } = await moving();
	b.enter(moved, "queued");
	await world.clock.advance(10_000);
	expect(a.running.has(moved)).toBe(true);
	a.enter(moved, "reconnecting", 1);
	await world.clock.advance(1_000);
	expect(a.running.has(moved)).toBe(false);
	world.close();
});

test("reports since when an unreported room should start", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(names);
	await world.clock.advance(5_000);
	world.start("1");
	const since = world.clock.now();
	const other = world.nodes.find(({ rooms: any, name: node }) => any.ownerOf("1") !== node);
	await world.clock.advance(3_000);
	expect(other?.rooms.status("1")?.since).toBe(since);
	world.close();
});

test("flags the rooms of a node unheard for five seconds", async () => {
	const world = new World();
	for (const node of world.nodes) node.see(names);
	await world.clock.advance(5_000);
	world.start("1");
	const owner = world.nodes.find(({ rooms: any, name: node }) => any.ownerOf("1") === node);
	const other = world.nodes.find((node) => node !== owner);
	const known = owner?.running.get("1");
	if (!owner || !other || !known) throw new Error("nobody has the room");
	owner.running.set("1", { ...known, node: owner.name, health: "fine" });
	owner.connect("1");
	await world.clock.advance(1_000);
	for (const [unheardMs, health] of [
		[4_999, "fine"],
		[5_000, "degraded"],
	] as const) {
		other.unheardMs = unheardMs;
		expect(other.rooms.status("1")).toMatchObject({ state: "connected", health, node: owner.name });
	}
	expect(JSON.stringify(other.rooms.status("1")?.evidence)).toContain("has not been heard from for 5 s");
	world.close();
});

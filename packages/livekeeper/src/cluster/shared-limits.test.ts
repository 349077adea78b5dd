import { ManualClock } from "@livekeeper/douyin/testing";
import type { ConnectionLimits } from "@livekeeper/engine";
import {
	acquire as acquirePermit,
	type HeldPermit,
} from "@livekeeper/engine/src/connections/admission/acquire.helpers.ts";
import { Admission } from "@livekeeper/engine/src/connections/admission/index.ts";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { SharedLimits } from "./shared-limits.ts";

const unpaced = { inProgress: Number.POSITIVE_INFINITY, startsPerSecond: Number.POSITIVE_INFINITY };

type Class = "pinned" | "live" | "idle";

/** Nodes on one clock; announcements reach the others some milliseconds later. */
class World {
	readonly clock = new ManualClock();
	readonly names: string[] = [];
	readonly nodes = new Map<string, ReturnType<World["join"]>>();
	/** Rooms that belong to another node than the one that runs them. */
	readonly owners = new Map<string, string>();
	readonly messages: string[] = [];
	readonly weights = new Map<string, number>();
	/** Whether announcements are lost. */
	deaf = false;

	constructor(names: readonly string[], limits: ConnectionLimits) {
		for (const name of names) this.nodes.set(name, this.join(name, limits));
	}

	join(node: string, limits: ConnectionLimits) {
		const { clock, messages } = this;
		this.names.push(node);
		const listeners: ((message: Uint8Array) => void)[] = [];
		const admission = new Admission({ clock, limits, handshakes: unpaced });
		const { logger, lines } = recordingLogger();
		const held = new Map<string, HeldPermit>();
		const aborts = new Map<string, AbortController>();
		const preempted: string[] = [];
		/** Parts of each address's look-ups that this node was given. */
		const parts: number[] = [];
		const shared = new SharedLimits({
			...{ node, clock, logger, admission, secret: "a test" },
			watching: { share: (part) => void parts.push(part) },
			nodes: () => this.names.map((name) => ({ node: name, weight: this.weights.get(name) ?? 1, draining: false })),
			leaves: (liveId) => (this.owners.get(liveId) ?? node) !== node,
			messages: {
				publish: (_, message) => {
					messages.push(Buffer.from(message).toString("utf8"));
					if (this.deaf) return;
					for (const { hear } of this.nodes.values()) clock.after(5, () => hear(message));
				},
				subscribe: (_, listener) => void listeners.push(listener),
			},
		});
		onTestFinished(() => shared.close());
		const hear = (message: Uint8Array) => {
			for (const listener of listeners) listener(message);
		};
		const request = (room: string, kind: Class = "live", keys = { identity: "a" } as object) => {
			const abort = new AbortController();
			aborts.set(room, abort);
			const take = (permit: HeldPermit) => {
				permit.handshakeDone();
				held.set(room, permit);
				const leave = () => {
					preempted.push(room);
					drop(room);
				};
				if (permit.preempted.aborted) leave();
				else permit.preempted.addEventListener("abort", leave);
			};
			const request = { room, identity: "", priority: () => kind, ...keys };
			const permit = acquirePermit(admission, request, abort.signal);
			if (permit instanceof Promise) permit.then(take, () => undefined);
			else take(permit);
		};
		const drop = (room: string) => {
			held.get(room)?.release();
			held.delete(room);
			aborts.get(room)?.abort();
		};
		return { admission, shared, hear, request, drop, held, preempted, parts, lines };
	}

	node(name: string) {
		const node = this.nodes.get(name);
		if (!node) throw new Error(`there is no node ${name}`);
		return node;
	}

	get held(): number {
		return [...this.nodes.values()].reduce((sum, { held }) => sum + held.size, 0);
	}

	/** Connected rooms on all nodes. */
	get rooms(): string[] {
		return [...new Set([...this.nodes.values()].flatMap(({ held }) => [...held.keys()]))];
	}

	/** Moves a room to this node, visible to all. */
	move(room: string, node: string): void {
		this.owners.set(room, node);
		for (const { shared } of this.nodes.values()) shared.nodesChanged();
	}

	die(name: string): void {
		this.node(name).shared.close();
		this.nodes.delete(name);
		this.names.splice(this.names.indexOf(name), 1);
		for (const { shared } of this.nodes.values()) shared.nodesChanged();
	}

	/** Waits until all have heard every announcement and announced its consequences. */
	async settle(): Promise<void> {
		await this.clock.advance(3_500);
	}
}

test("shares a limit and lends unused capacity", async () => {
	const world = new World(["a", "b", "c"], { total: 10 });
	await world.settle();
	for (let room = 0; room < 12; room++) world.node("a").request(`a${room}`);
	expect(world.held).toBeLessThanOrEqual(10);
	await world.settle();
	expect(world.node("a").held.size).toBe(10);
	world.node("b").request("b0");
	await world.settle();
	expect(world.held).toBe(10);
	expect(world.node("b").held.size).toBe(0);
	expect(world.node("b").admission.queue()).toMatchObject([{ liveId: "b0", why: ["full", "total", 10] }]);
	world.node("a").drop("a0");
	await world.settle();
	expect(world.held).toBe(10);
});

test("preempts another node's room for a pinned one", async () => {
	const world = new World(["a", "b"], { total: 2 });
	await world.settle();
	world.node("a").request("a1", "pinned");
	world.node("a").request("a2", "live");
	await world.settle();
	world.node("b").request("b1", "pinned");
	await world.settle();
	expect([...world.node("b").held.keys()]).toEqual(["b1"]);
	expect(world.node("a").preempted).toEqual(["a2"]);
});

test("limits cookies and proxies separately and announces only hashes", async () => {
	const world = new World(["a", "b"], { perLogin: 2, perProxy: 1 });
	await world.settle();
	const login = { identity: "sessionid=secret", login: true };
	for (const name of ["a", "b"]) {
		for (let room = 0; room < 3; room++) world.node(name).request(`${name}${room}`, "live", login);
		world.node(name).request(`${name}-proxy`, "live", { identity: "", proxy: "http://user:secret@proxy" });
		world.node(name).request(`${name}-free`, "live", { identity: "" });
	}
	await world.settle();
	const held = [...world.nodes.values()].flatMap((node) => [...node.held.keys()]);
	expect(held.filter((room) => /\d$/.test(room))).toHaveLength(2);
	expect(held.filter((room) => room.endsWith("proxy"))).toHaveLength(1);
	expect(held.filter((room) => room.endsWith("free"))).toHaveLength(2);
	expect(world.messages.join("")).not.toContain("secret");
});

test("moves a handed-over room's permit without preemption", async () => {
	const world = new World(["a", "b"], { total: 2 });
	await world.settle();
	const [a, b] = [world.node("a"), world.node("b")];
	for (const room of ["one", "two", "a waits"]) a.request(room);
	await world.settle();
	b.request("b waits");
	await world.settle();
	expect([...a.held.keys()]).toEqual(["one", "two"]);
	world.move("one", "b");
	await world.clock.advance(200);
	for (let attempt = 0; attempt < 3; attempt++) {
		b.request("one");
		await world.clock.advance(100);
		expect([...b.held.keys()]).toEqual(["one"]);
		if (attempt < 2) b.drop("one");
	}
	a.drop("one");
	await world.settle();
	await world.settle();
	expect([[...a.held.keys()], [...b.held.keys()]]).toEqual([["two"], ["one"]]);
	expect([...a.preempted, ...b.preempted]).toEqual([]);
});

test("keeps the permit in a half hand-over or node failure", async () => {
	for (const dies of ["neither", "a", "b"] as const) {
		const world = new World(["a", "b", "c"], { total: 1 });
		await world.settle();
		world.node("a").request("one");
		await world.settle();
		world.node("c").request("other");
		world.move("one", "b");
		await world.clock.advance(200);
		world.node("b").request("one");
		await world.clock.advance(100);
		if (dies === "neither") world.node("b").drop("one");
		else world.die(dies);
		world.move("one", dies === "a" ? "b" : "a");
		await world.settle();
		await world.settle();
		expect(world.rooms).toEqual(["one"]);
		expect(world.held).toBe(1);
		world.node(dies === "a" ? "b" : "a").drop("one");
		await world.settle();
		expect(world.rooms).toEqual(["other"]);
	}
});

test("takes nothing before hearing what others hold", async () => {
	const world = new World(["a", "b"], { total: 4 });
	await world.settle();
	for (let room = 0; room < 4; room++) world.node("a").request(`a${room}`);
	await world.settle();
	world.nodes.set("c", world.join("c", { total: 4 }));
	world.node("c").request("c0");
	expect(world.held).toBe(4);
	await world.settle();
	expect(world.held).toBe(4);
});

test("shares the look-ups of one address between present nodes", async () => {
	const world = new World(["a", "b", "c"], {});
	await world.clock.advance(10_000);
	expect(["a", "b", "c"].map((name) => world.node(name).parts.at(-1))).toEqual([1 / 3, 1 / 3, 1 / 3]);
	world.die("c");
	await world.clock.advance(30_000);
	expect(["a", "b"].map((name) => world.node(name).parts.at(-1))).toEqual([1 / 2, 1 / 2]);
});

test("gives a lost node's connections to the others", async () => {
	const world = new World(["a", "b"], { total: 4 });
	await world.settle();
	for (let room = 0; room < 4; room++) world.node("a").request(`a${room}`);
	for (let room = 0; room < 4; room++) world.node("b").request(`b${room}`);
	await world.settle();
	expect([world.node("a").held.size, world.node("b").held.size]).toEqual([2, 2]);
	expect([...world.node("a").preempted, ...world.node("b").preempted]).toEqual([]);
	world.die("a");
	await world.settle();
	expect(world.node("b").held.size).toBe(4);
});

test("applies limits set at one node to all, even latecomers", async () => {
	const world = new World(["a", "b"], { total: 4 });
	await world.settle();
	for (const name of ["a", "b"]) for (let room = 0; room < 2; room++) world.node(name).request(`${name}${room}`);
	await world.settle();
	world.deaf = true;
	world.node("a").admission.setLimits({ total: 2 });
	await world.clock.advance(1_000);
	world.deaf = false;
	await world.settle();
	expect(world.held).toBe(2);
	expect(world.node("b").admission.status().limits).toEqual({ total: 2 });
	expect(world.node("b").lines.map(({ event }) => event)).toEqual(["limits_changed"]);
	world.nodes.set("c", world.join("c", { total: 4 }));
	await world.settle();
	expect(world.node("c").admission.status().limits).toEqual({ total: 2 });
});

test("agrees on one of two limits set at once", async () => {
	for (const [first, second] of [
		[2, 4],
		[4, 2],
	] as const) {
		const world = new World(["a", "b", "c"], { total: 5 });
		await world.settle();
		for (let room = 0; room < 6; room++) for (const name of world.names) world.node(name).request(`${name}${room}`);
		await world.settle();
		world.node("a").admission.setLimits({ total: first });
		world.node("b").admission.setLimits({ total: second });
		await world.settle();
		await world.settle();
		const limits = [...world.nodes.values()].map(({ admission }) => admission.queue()[0]?.why[2]);
		expect(limits).toEqual([limits[0], limits[0], limits[0]]);
		expect(world.held).toBe(limits[0]);
	}
});

test("applies later limits despite another node's clock being ahead", async () => {
	const world = new World(["a", "b"], { total: 4 });
	await world.settle();
	const set = { at: world.clock.now() + 3_600_000, limits: { total: 2 } };
	const report = Buffer.from(JSON.stringify({ node: "a", asked: [], set }));
	for (const { hear } of world.nodes.values()) hear(report);
	expect(world.node("b").admission.status().limits).toEqual({ total: 2 });
	world.node("b").admission.setLimits({ total: 3 });
	// The other node announced this before it heard of the change.
	world.node("b").hear(report);
	await world.settle();
	expect(world.node("b").admission.status().limits).toEqual({ total: 3 });
});

test("announces its connections every 2 s while nothing changes", async () => {
	const world = new World(["a", "b"], { total: 4 });
	world.node("a").request("a1");
	await world.settle();
	world.messages.length = 0;
	await world.clock.advance(20_000);
	expect(world.messages).toHaveLength(20);
});

const steps = fc.array(
	fc.record({
		kind: fc.constantFrom("want", "want", "want", "drop", "limit", "lose", "pass"),
		node: fc.constantFrom("a", "b", "c"),
		room: fc.nat(6),
		class: fc.constantFrom<Class>("pinned", "live", "idle"),
		ms: fc.nat(300),
	}),
	{ maxLength: 40 },
);

test("keeps the limit and leaves none over, pinned first", async () => {
	await fc.assert(
		fc.asyncProperty(steps, async (given) => {
			const world = new World(["a", "b", "c"], { total: 5 });
			const classes = new Map<string, Class>();
			let limit = 5;
			for (const { kind, node, room, class: of, ms } of given) {
				const name = `${node}${room}`;
				const one = world.node(node);
				if (kind === "want" && !classes.has(name)) {
					classes.set(name, of);
					one.request(name, of);
				} else if (kind === "drop") {
					classes.delete(name);
					one.drop(name);
				} else if (kind === "limit") {
					// Any of two limits set within a millisecond may stay.
					await world.clock.advance(1);
					limit = room + 1;
					one.admission.setLimits({ total: limit });
				} else if (kind === "lose") world.deaf = !world.deaf;
				await world.clock.advance(ms);
				for (const { preempted } of world.nodes.values()) for (const gone of preempted.splice(0)) classes.delete(gone);
			}
			world.deaf = false;
			for (let round = 0; round < 3; round++) {
				await world.settle();
				for (const { preempted } of world.nodes.values()) for (const gone of preempted.splice(0)) classes.delete(gone);
			}
			expect(world.held).toBe(Math.min(limit, classes.size));
			const held = new Set([...world.nodes.values()].flatMap((node) => [...node.held.keys()]));
			const waiting = [...classes.keys()].filter((room) => !held.has(room));
			const isPinned = (room: string) => classes.get(room) === "pinned";
			if (waiting.some(isPinned)) expect([...held].every(isPinned)).toBe(true);
			for (const { shared } of world.nodes.values()) shared.close();
		}),
		{ numRuns: 150 },
	);
});

const calmSteps = fc.array(
	fc.record({
		requests: fc.boolean(),
		node: fc.constantFrom("a", "b", "c"),
		room: fc.nat(6),
		class: fc.constantFrom<Class>("pinned", "live", "idle"),
		ms: fc.constantFrom(0, 1, 10, 100, 300),
	}),
	{ maxLength: 40 },
);

test("holds the limit at every moment with prompt announcements", async () => {
	await fc.assert(
		fc.asyncProperty(calmSteps, async (given) => {
			const world = new World(["a", "b", "c"], { total: 5 });
			await world.settle();
			const asked = new Set<string>();
			for (const { requests, node, room, class: of, ms } of given) {
				const name = `${node}${room}`;
				if (requests && !asked.has(name)) world.node(node).request(name, of);
				else if (!requests) world.node(node).drop(name);
				if (requests) asked.add(name);
				expect(world.held).toBeLessThanOrEqual(5);
				for (let passed = 0; passed < ms; passed += 5) {
					await world.clock.advance(Math.min(5, ms - passed));
					expect(world.held).toBeLessThanOrEqual(5);
				}
			}
			for (const { shared } of world.nodes.values()) shared.close();
		}),
		{ numRuns: 150 },
	);
});

const handOvers = fc.array(
	fc.record({
		kind: fc.constantFrom("want", "move", "move", "move", "fail", "drop", "die"),
		room: fc.nat(7),
		node: fc.constantFrom("a", "b", "c"),
		ms: fc.constantFrom(0, 10, 100, 300, 1_000, 3_000),
	}),
	{ maxLength: 20 },
);

/**
 * Rooms that move between nodes as `ClusterRooms` moves them: the former node releases the room once the next one has
 * it.
 */
class HandOvers {
	readonly world = new World(["a", "b", "c"], { total: 4 });
	/** Kept rooms, and the nodes that run them. */
	readonly runs = new Map<string, Set<string>>();

	request(room: string, node: string): void {
		if (this.runs.has(room)) return;
		this.runs.set(room, new Set([node]));
		this.world.owners.set(room, node);
		this.world.node(node).request(room);
	}

	drop(room: string): void {
		for (const node of this.runs.get(room) ?? []) this.world.nodes.get(node)?.drop(room);
		this.runs.delete(room);
	}

	/** Breaks its connection on its owner, which makes it again. */
	async fail(room: string): Promise<void> {
		const owner = this.world.nodes.get(this.world.owners.get(room) ?? "");
		if (!owner || !this.runs.get(room)?.has(this.world.owners.get(room) ?? "")) return;
		owner.drop(room);
		await this.pass(5);
		if (this.runs.has(room)) owner.request(room);
	}

	die(node: string): void {
		if (this.world.names.length === 1 || !this.world.nodes.has(node)) return;
		this.world.die(node);
		for (const on of this.runs.values()) on.delete(node);
		const [next = ""] = this.world.names;
		for (const [room, owner] of this.world.owners) if (owner === node) this.world.move(room, next);
	}

	async pass(ms: number): Promise<void> {
		for (let passed = 0; passed < ms; passed += 5) {
			await this.world.clock.advance(5);
			if (this.world.clock.now() % 500 === 0) this.#check();
			expect(this.world.rooms.length).toBeLessThanOrEqual(4);
		}
	}

	#check(): void {
		for (const [room, on] of this.runs) {
			const owner = this.world.owners.get(room) ?? "";
			if (!on.has(owner)) {
				on.add(owner);
				this.world.node(owner).request(room);
				continue;
			}
			for (const former of on) {
				if (former === owner) continue;
				const node = this.world.node(former);
				if (node.held.has(room) && !this.world.node(owner).held.has(room)) continue;
				on.delete(former);
				node.drop(room);
			}
		}
	}
}

test("holds the limit without preemption through hand-overs and failures", async () => {
	await fc.assert(
		fc.asyncProperty(handOvers, async (given) => {
			const run = new HandOvers();
			const { world } = run;
			await world.settle();
			for (let room = 0; room < 6; room++) run.request(`r${room}`, world.names[room % 3] ?? "");
			await run.pass(1_000);
			let died = false;
			for (const { kind, room: number, node, ms } of given) {
				const room = `r${number}`;
				if (kind === "want" && world.nodes.has(node)) run.request(room, node);
				else if (kind === "move" && run.runs.has(room) && world.nodes.has(node)) world.move(room, node);
				else if (kind === "fail") await run.fail(room);
				else if (kind === "drop") run.drop(room);
				else if (kind === "die" && !died) {
					died = true;
					run.die(node);
				}
				await run.pass(ms);
			}
			await run.pass(8_000);
			expect(world.held).toBe(Math.min(4, run.runs.size));
			expect(world.rooms).toHaveLength(world.held);
			expect([...run.runs.values()].every((on) => on.size === 1)).toBe(true);
			expect([...world.nodes.values()].flatMap(({ preempted }) => preempted)).toEqual([]);
			for (const { shared } of world.nodes.values()) shared.close();
		}),
		{
			numRuns: 25,
			// A room that moves on in the moment in which its former node releases it.
			examples: [
				[
					[
						{ kind: "want", room: 0, node: "a", ms: 3_000 },
						{ kind: "move", room: 2, node: "b", ms: 1_000 },
						{ kind: "move", room: 2, node: "a", ms: 0 },
					],
				],
			],
		},
	);
});

test("ignores a malformed report", async () => {
	const world = new World(["a"], { perIdentity: 4 });
	const { hear, request, held, lines } = world.node("a");
	const none = [
		{},
		{ node: "b", asked: [["perIdentity x", 3, []]] },
		{ node: "b", asked: [], set: { at: 9, limits: { total: 0 } } },
	];
	for (const report of none) expect(() => hear(Buffer.from(JSON.stringify(report)))).toThrow();
	expect(() => hear(Buffer.from("?"))).toThrow();
	await world.settle();
	for (let room = 0; room < 5; room++) request(`a${room}`);
	expect([held.size, lines]).toEqual([4, []]);
});

test("sets no timer after its end", async () => {
	const world = new World(["a"], { total: 2 });
	await world.settle();
	const { shared, request } = world.node("a");
	shared.close();
	// Announcements on their way.
	await world.clock.advance(100);
	expect(world.clock.pendingTimers).toBe(0);
	// Rooms and readers that end later still change the demand.
	request("one");
	shared.changed();
	expect(world.clock.pendingTimers).toBe(0);
});

test("releases no lingering permit after its end", async () => {
	const world = new World(["a", "b"], { total: 2 });
	await world.settle();
	const { admission, request, drop } = world.node("a");
	request("one");
	await world.settle();
	world.move("one", "b");
	drop("one");
	for (const { shared } of world.nodes.values()) shared.close();
	admission.close();
	// Announcements on their way.
	await world.clock.advance(100);
	expect(world.clock.pendingTimers).toBe(0);
});

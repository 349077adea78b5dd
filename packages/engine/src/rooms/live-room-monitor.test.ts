import { verbatim } from "@livekeeper/base/text";
import { DouyinError, type UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, live, offline } from "./fake-upstream.helpers.ts";
import type { Permit } from "./gate.ts";
import { OpenGate, permit, RoomHarness, routeOver } from "./room-harness.helpers.ts";
import type { RoomMemory } from "./room-memory.ts";

describe("start", () => {
	test("resolves and connects a live room and emits ordered events", async () => {
		const room = new RoomHarness();
		await room.connect();
		expect(room.statuses.map(({ state }) => state)).toEqual(["resolving", "connecting", "connected"]);
		expect(room.monitor.status()).toMatchObject({
			state: "connected",
			health: "fine",
			reason: { code: "ok" },
			reconnectCount: 0,
			roomId: "r1",
			title: "Title of r1",
			cover: "https://p.example/r1",
			host: "push.example",
			frames: 1,
			messages: 1,
		});
		const batch = room.queue.drain();
		expect(batch?.events.map(({ type }) => type)).toEqual(["broadcast_started", "connection", "chat"]);
		expect(batch?.cursor).toMatchObject({ roomId: "r1", cursor: expect.stringMatching(/^c1-/) });
		expect(room.lines("【√】")).toEqual(["【√】WebSocket连接成功，开始接收直播间消息"]);
		await room.monitor.stop();
	});

	test("runs the remaining effects of a step after one fails", async () => {
		const room = new RoomHarness();
		const push = room.queue.push.bind(room.queue);
		let isBroken = true;
		room.queue.push = (...args) => {
			if (isBroken) throw new Error("a bug");
			push(...args);
		};
		room.monitor.start();
		await room.settle();
		isBroken = false;
		expect(room.lines("意外错误")).not.toEqual([]);
		room.upstream.last.open();
		room.upstream.last.frame();
		await room.settle();
		expect(room.state).toBe("connected");
		await room.monitor.stop();
	});

	test("announces no next attempt while one is under way", async () => {
		const room = new RoomHarness();
		room.upstream.page = offline();
		room.monitor.start();
		await room.settle();
		room.upstream.page = "hang";
		await room.clock.advance(30_000);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "offline" } });
		expect(room.monitor.status()).not.toHaveProperty("nextAttemptAt");
		await room.monitor.stop();
	});

	test("passes on state from before the open, which proves nothing", async () => {
		const room = new RoomHarness();
		room.monitor.start();
		await room.settle();
		await room.fail();
		await room.clock.advance(1000);
		room.upstream.last.frame();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "connecting", reconnectCount: 1, messages: 1 });
		await room.monitor.stop();
	});

	test.each([
		["offline", offline(), "waiting", 30_000],
		[
			"no_room",
			{ status: "no_room", liveId: "1001", anchor: { id: "1", nickname: "阿", avatar: "" } },
			"waiting",
			30_000,
		],
		["not_found", { status: "not_found", liveId: "1001" }, "not_found", 30_000],
	] as const)("polls a room that is %s until live", async (code, page, state, pollMs) => {
		const room = new RoomHarness();
		room.upstream.page = page;
		room.monitor.start();
		await room.settle();
		for (let poll = 1; poll <= 3; poll++) {
			const status = room.monitor.status();
			expect(status).toMatchObject({ state, reason: { code }, reconnectCount: 0 });
			expect(status.nextAttemptAt).toBe(room.clock.now() + pollMs);
			await room.clock.advance(pollMs - 1);
			expect(room.upstream.lookups).toHaveLength(poll);
			await room.clock.advance(1);
			expect(room.upstream.lookups).toHaveLength(poll + 1);
		}
		expect(room.events().filter(({ type }) => type === "connection")).toHaveLength(state === "waiting" ? 1 : 0);
		room.upstream.page = live();
		await room.clock.advance(pollMs);
		room.upstream.last.open();
		await room.settle();
		expect(room.state).toBe("connected");
		await room.monitor.stop();
	});
});

describe("events", () => {
	test("drops and counts repeats after a reconnect", async () => {
		const room = new RoomHarness();
		await room.connect();
		const [a, b, c] = [0, 1, 2].map(() => chat(room.clock.now()));
		room.upstream.last.frame([a, b] as never);
		await room.settle();
		room.events();
		await room.fail();
		await room.clock.advance(1000);
		room.upstream.last.open();
		room.upstream.last.frame([b, c] as never);
		await room.settle();
		expect(room.events().filter(({ type }) => type !== "connection")).toMatchObject([{ id: c?.id }]);
		expect(room.monitor.status().duplicates).toBe(1);
		await room.monitor.stop();
	});

	test("emits and counts a gap before the next event", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (let i = 0; i < 100; i++) {
			await room.clock.advance(200);
			room.upstream.last.frame();
		}
		await room.settle();
		const from = room.clock.now();
		room.events();
		await room.fail();
		await room.clock.advance(1200);
		room.upstream.last.open(true);
		const [first] = room.upstream.last.frame();
		const to = room.clock.now();
		await room.clock.advance(5_000);
		expect(room.events().filter(({ type }) => type !== "connection")).toMatchObject([
			{ type: "gap", from, to, reason: "cursor_not_honoured", method: "livekeeper" },
			{ type: "chat", id: first?.id },
		]);
		expect(room.monitor.status()).toMatchObject({ gaps: 1, gapMs: to - from });
		await room.monitor.stop();
	});

	test("gives service events unique ids", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (let i = 0; i < 20; i++) {
			await room.fail("broadcast_ended");
			await room.clock.advance(90_000);
			room.upstream.last.open();
			room.upstream.last.frame();
			await room.settle();
		}
		const ids = room.events().map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.filter((id) => /^lk:r1:\d+-[0-9a-f]{8}-\d+$/.test(id)).length).toBeGreaterThan(40);
		await room.monitor.stop();
	});

	test("logs a status listener that throws and notifies the others", async () => {
		const room = new RoomHarness();
		room.monitor.onStatus(() => {
			throw new Error("listener");
		});
		const seen: string[] = [];
		room.monitor.onStatus(({ state }) => void seen.push(state));
		await room.connect();
		expect(seen).toEqual(["resolving", "connecting", "connected"]);
		expect(room.log.lines.filter((line) => line.level === 50)).toHaveLength(3);
		await room.monitor.stop();
	});
});

describe("while nothing can be stored", () => {
	/** Returns a room with a full queue: capacity 10, three events after `connect`, 13 after this frame. */
	async function full() {
		const room = new RoomHarness({}, 10);
		await room.connect();
		const accepted = Array.from({ length: 10 }, () => chat(room.clock.now()));
		room.upstream.last.frame(accepted);
		await room.settle();
		return { room, accepted };
	}

	test("refuses a whole frame and reports why the session ends", async () => {
		const { room } = await full();
		const before = room.monitor.status();
		expect(before).toMatchObject({ state: "connected", frames: 2, messages: 11 });
		const session = room.upstream.last;
		const [refused] = session.frame();
		await room.settle();
		expect(session.closed).toBe(true);
		expect(room.monitor.status()).toMatchObject({
			state: "reconnecting",
			reason: { code: "storage", message: { en: expect.stringContaining("can't be saved") } },
			nextAttemptAt: room.clock.now() + 1000,
			reconnects: { storage: 1 },
			frames: 2,
			messages: 11,
			duplicates: 0,
			gaps: 0,
		});
		expect(room.events().map(({ id }) => id)).not.toContain(refused?.id);
		await room.monitor.stop();
	});

	test("contacts no upstream and queues nothing more for an hour", async () => {
		const { room } = await full();
		room.upstream.last.frame();
		await room.settle();
		const { size } = room.queue;
		await room.clock.advance(60 * 60_000);
		expect([room.upstream.sessions.length, room.upstream.lookups.length]).toEqual([1, 1]);
		expect(room.queue.size).toBe(size);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "storage" } });
		await room.monitor.stop();
		expect(room.clock.pendingTimers).toBe(0);
	});

	test("resumes before the last accepted frame without losses or repeats", async () => {
		const { room, accepted } = await full();
		const refused = room.upstream.last.frame();
		await room.clock.advance(10 * 60_000);
		const batch = room.queue.drain();
		expect(batch?.cursor?.cursor).toMatch(/^c1-/);
		await room.clock.advance(60_000);
		expect(room.upstream.sessions).toHaveLength(2);
		expect(room.upstream.last.request.cursor).toEqual(batch?.cursor);
		room.upstream.last.open();
		room.upstream.last.frame([...accepted, ...refused]);
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: 0, duplicates: 10 });
		const said = [...(batch?.events ?? []), ...room.events()].filter(({ type }) => type === "chat");
		expect(said.map(({ id }) => id).slice(1)).toEqual([...accepted, ...refused].map(({ id }) => id));
		await room.monitor.stop();
	});

	test("still reports the end of a broadcast", async () => {
		const { room } = await full();
		await room.fail("broadcast_ended");
		expect(room.events().at(-1)?.type).toBe("broadcast_ended");
		await room.monitor.stop();
	});
});

test("is degraded and earns no uptime while storage fails", async () => {
	const room = new RoomHarness();
	await room.connect();
	await room.pass(15_000);
	const before = room.monitor.status();
	expect(before).toMatchObject({ state: "connected", reason: { code: "ok" } });
	expect(before).not.toHaveProperty("unstoredSince");
	const since = room.clock.now();
	room.monitor.storing({ since, message: verbatim("The disk is full.") });
	expect(room.statuses.at(-1)).toMatchObject({
		state: "connected",
		health: "degraded",
		reason: { code: "storage", message: verbatim("The disk is full.") },
		unstoredSince: since,
		since: before.since,
	});
	expect(room.monitor.status().evidence[0]?.en).toBe("The disk is full.");
	await room.pass(15_000);
	room.monitor.storing(undefined);
	const { quality, ...after } = room.monitor.status();
	expect(quality["5m"]?.parts.uptime).toBeCloseTo(0.5, 1);
	expect(after).toMatchObject({ state: "connected", reason: { code: "ok" } });
	expect(after).not.toHaveProperty("unstoredSince");
	await room.monitor.stop();
});

describe("stored memory", () => {
	const cursor = { roomId: "r1", cursor: "stored", internalExt: "y" };
	const broadcast = { roomId: "r1", title: "Title of r1", ended: false };

	test("resumes from the cursor without repeated events or broadcasts", async () => {
		const room = new RoomHarness();
		const [had, fresh] = [chat(room.clock.now() - 1), chat(room.clock.now())];
		const memory = { cursor, broadcast, lastAt: had.at, recent: [had] };
		room.monitor.start(undefined, { recall: async () => memory });
		await room.settle();
		expect(room.upstream.last.request.cursor).toEqual(cursor);
		room.upstream.last.open();
		room.upstream.last.frame([had, fresh]);
		await room.settle();
		expect(room.events().map(({ type, id }) => (type === "chat" ? id : type))).toEqual(["connection", fresh.id]);
		expect(room.monitor.status().duplicates).toBe(1);
		await room.monitor.stop();
	});

	test.each([
		["now has another broadcast", live("r2"), broadcast, ["broadcast_ended", "broadcast_started"]],
		["is now offline", offline(), broadcast, ["broadcast_ended", "connection"]],
		["still calls an ended broadcast live", live(), { ...broadcast, ended: true }, ["connection"]],
	])("reports a room that %s as if never interrupted", async (_, page, known, types) => {
		const room = new RoomHarness();
		room.upstream.page = page;
		room.monitor.start(undefined, { recall: async () => ({ cursor, broadcast: known, recent: [] }) });
		await room.settle();
		expect(room.events().map(({ type }) => type)).toEqual(types);
		await room.monitor.stop();
	});

	test("claims a room before connecting, at the owner's position", async () => {
		const room = new RoomHarness();
		const [had, later, fresh] = [chat(room.clock.now() - 2), chat(room.clock.now() - 1), chat(room.clock.now())];
		const claims: number[] = [];
		const after = { ...cursor, cursor: "stored later" };
		room.upstream.page = live("r1");
		room.monitor.start(undefined, {
			recall: async () => ({ cursor, broadcast, lastAt: had.at, recent: [had] }),
			claim: async () => {
				claims.push(room.upstream.lookups.length);
				if (claims.length === 1) throw new Error("A node with a newer view has it.");
				return { cursor: after, broadcast, lastAt: later.at, recent: [had, later] };
			},
		});
		await room.settle();
		expect(room.upstream.sessions).toHaveLength(0);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "storage" } });
		await room.pass(1_000);
		expect(claims).toEqual([1, 1]);
		expect(room.upstream.last.request.cursor).toEqual(after);
		room.upstream.last.open();
		room.upstream.last.frame([had, later, fresh]);
		room.upstream.last.fail(new DouyinError("network", "cut"));
		await room.pass(1_000);
		expect(claims).toHaveLength(2);
		const types = room.events().map(({ type, id }) => (type === "chat" ? id : type));
		expect(types).toEqual(["connection", fresh.id, "connection"]);
		await room.monitor.stop();
	});

	test("claims a room before reporting its end exactly once", async () => {
		const room = new RoomHarness();
		room.upstream.page = offline();
		const memory = { cursor, broadcast: { ...broadcast, ended: true }, recent: [] };
		room.monitor.start(undefined, {
			recall: async () => ({ cursor, broadcast, recent: [] }),
			claim: async () => memory,
		});
		await room.settle();
		expect(room.events().map(({ type }) => type)).toEqual(["connection"]);
		expect(room.monitor.status().state).toBe("waiting");
		await room.monitor.stop();
	});

	/** Returns a room whose memory can't be read until `readable` is called. */
	async function unreadable() {
		const room = new RoomHarness();
		const reading = { readable: false, reads: 0 };
		room.monitor.start(undefined, {
			recall: async () => {
				reading.reads++;
				if (!reading.readable) throw new Error("disk I/O error");
				return { cursor, broadcast, recent: [] };
			},
		});
		await room.settle();
		return { room, reading };
	}

	test("waits with reason and time while it can't be read", async () => {
		const { room, reading } = await unreadable();
		expect(room.monitor.status()).toMatchObject({
			state: "reconnecting",
			reason: { code: "storage", message: { en: expect.stringContaining("disk I/O error") } },
			since: room.clock.now(),
			nextAttemptAt: room.clock.now() + 1_000,
		});
		await room.clock.advance(60 * 60_000);
		expect(reading.reads).toBeGreaterThan(60);
		expect([room.upstream.sessions.length, room.upstream.lookups.length]).toEqual([0, 0]);
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "storage" } });
		await room.monitor.stop();
		expect(room.clock.pendingTimers).toBe(0);
	});

	test("resumes from the cursor once it can be read", async () => {
		const { room, reading } = await unreadable();
		await room.clock.advance(10_000);
		reading.readable = true;
		await room.clock.advance(60_000);
		expect(room.upstream.sessions.map(({ request }) => request.cursor)).toEqual([cursor]);
		room.upstream.last.open();
		room.upstream.last.frame();
		await room.settle();
		expect(room.events().map(({ type }) => type)).toEqual(["connection", "chat"]);
		expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: 0 });
		await room.monitor.stop();
	});

	test("never starts without it while it can't be read", async () => {
		const { room } = await unreadable();
		room.monitor.useRoute(routeOver([room.upstream]));
		await room.clock.advance(5_000);
		expect([room.upstream.sessions.length, room.upstream.lookups.length]).toEqual([0, 0]);
		expect(room.monitor.status().reason.code).toBe("storage");
		await room.monitor.stop();
	});

	test("is read at once when storage works again", async () => {
		const { room, reading } = await unreadable();
		await room.clock.advance(10 * 60_000);
		reading.readable = true;
		room.monitor.storing(undefined);
		await room.settle();
		expect(room.upstream.last.request.cursor).toEqual(cursor);
		await room.monitor.stop();
	});

	test("starts without it when lost, after a log entry", async () => {
		const room = new RoomHarness();
		const since = room.clock.now() - 90_000;
		room.monitor.start(undefined, { recall: async () => ({ recent: [], lost: { since } }) });
		await room.settle();
		room.upstream.last.open();
		expect(room.events()[0]).toMatchObject({ type: "gap", from: since, to: room.clock.now(), reason: "memory_lost" });
		await room.monitor.stop();
	});

	test("can be stopped while the memory never arrives", async () => {
		const room = new RoomHarness();
		room.monitor.start(undefined, { recall: () => new Promise(() => undefined) });
		await room.settle();
		expect(room.upstream.lookups).toEqual([]);
		await room.monitor.stop();
		expect([room.state, room.upstream.lookups.length]).toEqual(["stopped", 0]);
		expect(room.log.lines.filter(({ level }) => level === 50)).toEqual([]);
	});
});

describe("other options", () => {
	test("reconnects with another identity from its cursor without a failure", async () => {
		const room = new RoomHarness();
		await room.connect();
		const other = new RoomHarness().upstream;
		room.monitor.useRoute(routeOver([other]));
		expect(room.state).toBe("reconnecting");
		await room.settle();
		expect(room.upstream.openSessions).toEqual([]);
		expect(other.last.request.cursor).toBeDefined();
		expect(room.monitor.status().reconnectCount).toBe(0);
		await room.monitor.stop();
	});

	test("starts over the new route when it changes during recall", async () => {
		const room = new RoomHarness();
		const other = new RoomHarness().upstream;
		let read: (memory: RoomMemory) => void = () => undefined;
		room.monitor.start(undefined, { recall: () => new Promise((resolve) => (read = resolve)) });
		await room.settle();
		room.monitor.useRoute(routeOver([other]));
		await room.settle();
		expect(room.state).toBe("idle");
		read({ recent: [] });
		await room.settle();
		expect([room.upstream.sessions.length, other.sessions.length]).toEqual([0, 1]);
		await room.monitor.stop();
	});

	test("continues a running gift streak with another identity", async () => {
		const room = new RoomHarness();
		await room.connect();
		const step = (count: number) =>
			chat(room.clock.now(), {
				type: "gift",
				streakId: "s",
				count,
				final: false,
				diamondCount: 2,
			} as Partial<UpstreamEvent>);
		const three = step(3);
		room.upstream.last.frame([three]);
		await room.settle();
		const other = new RoomHarness().upstream;
		room.monitor.useRoute(routeOver([other]));
		await room.settle();
		other.last.open();
		other.last.frame([three, step(5)]);
		await room.settle();
		const gifts = room.events().filter(({ type }) => type === "gift");
		expect(gifts).toMatchObject([
			{ count: 3, delta: 3, diamonds: 6 },
			{ count: 5, delta: 2, diamonds: 4 },
		]);
		await room.monitor.stop();
	});
});

test("releases a permit unused when granted during an interruption", async () => {
	let grant: (granted: Permit) => void = () => undefined;
	let released = 0;
	const room = new RoomHarness({ gate: new OpenGate(() => new Promise((resolve) => (grant = resolve))) });
	room.monitor.start();
	await room.settle();
	expect(room.state).toBe("queued");
	grant(permit(() => void released++));
	const other = new RoomHarness().upstream;
	other.page = "hang";
	room.monitor.useRoute(routeOver([other]));
	await room.settle();
	expect(room.state).toBe("reconnecting");
	expect([room.upstream.sessions.length, other.sessions.length, released]).toEqual([0, 0, 1]);
	await room.monitor.stop();
});

test("degrades, counts and explains a room that only repeats messages", async () => {
	const room = new RoomHarness();
	await room.connect();
	const said = Array.from({ length: 40 }, () => chat(room.clock.now()));
	room.upstream.last.frame(said);
	for (let i = 0; i < 40; i++) {
		await room.pass(1_000);
		room.upstream.last.frame(said.slice(i, i + 1));
	}
	await room.pass(5_000);
	const status = room.monitor.status();
	expect(status).toMatchObject({ state: "connected", health: "degraded", duplicates: 40 });
	expect(status.evidence.map(({ en }) => en).join()).toContain("only messages that were already stored");
	expect(status.quality["5m"]?.score).toBeLessThan(90);
	room.upstream.last.frame();
	await room.settle();
	expect(room.monitor.status()).toMatchObject({ health: "fine" });
	await room.monitor.stop();
});

test("stores a restarted upstream after a gap, gifts from zero", async () => {
	const room = new RoomHarness();
	await room.connect();
	const said = (n: number) => {
		const { id, ...base } = chat(room.clock.now(), { id: String(9_000_000_000_000_000_000n + BigInt(n)) });
		// One gift streak that restarts with the upstream.
		const gift = { giftId: "1", giftName: "", giftImage: "", giftType: 1, combo: true, groupCount: 1, diamondCount: 1 };
		const step = { count: n, delta: n, diamonds: n, streakId: "s", final: false };
		return n < 5 ? { id, ...base } : ({ ...base, id, ...gift, ...step, type: "gift" } as UpstreamEvent);
	};
	for (let n = 0; n < 10; n++) {
		room.upstream.last.frame([said(n)]);
		await room.pass(1_000);
	}
	room.events();
	await room.fail("network");
	await room.pass(1_000);
	room.upstream.last.open();
	for (let n = 0; n < 10; n++) {
		room.upstream.last.frame([said(n)]);
		await room.pass(1_000);
	}
	const events = room.events().filter(({ type }) => type !== "connection");
	expect(events.map((event) => (event.type === "gift" ? event.delta : event.type))).toEqual([
		...["gap", "chat", "chat", "chat", "chat", "chat"],
		...[5, 1, 1, 1, 1],
	]);
	expect(room.log.lines.filter(({ event }) => event === "upstream_started_over")).toHaveLength(1);
	await room.monitor.stop();
});

test("restores the time of the last message after a restart", async () => {
	const room = new RoomHarness();
	const lastMessageAt = room.clock.now() - 3_600_000;
	room.upstream.page = offline();
	room.monitor.start(undefined, { recall: async () => ({ recent: [], lastMessageAt }) });
	await room.settle();
	expect(room.monitor.status()).toMatchObject({ state: "waiting", lastMessageAt });
	room.upstream.page = live();
	await room.pass(30_000);
	room.upstream.last.open();
	await room.settle();
	expect(room.monitor.status()).toMatchObject({ state: "connected", health: "fine", lastMessageAt });
	room.upstream.last.frame();
	await room.settle();
	expect(room.monitor.status().lastMessageAt).toBe(room.clock.now());
	await room.monitor.stop();
});

import { describe, expect, test } from "vitest";
import { chat, live, offline } from "./fake-upstream.test-kit.ts";
import { RoomHarness } from "./room-harness.test-kit.ts";
import type { Slot } from "./room-settings.ts";

describe("from start to connected", () => {
	test("a live room is resolved, connected, and its events come out numbered, in order", async () => {
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
			host: "push.example",
			frames: 1,
			messages: 1,
		});
		const events = room.queue.drain();
		expect(events.map(({ type, seq }) => [type, seq])).toEqual([
			["broadcast_started", 1],
			["connection", 2],
			["chat", 3],
		]);
		expect(room.lines("【√】")).toEqual(["【√】WebSocket连接成功，开始接收直播间消息"]);
		await room.monitor.stop();
	});

	test("while an attempt is under way no next one is announced", async () => {
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

	test("the first state, which comes before the socket is open, is passed on but proves nothing", async () => {
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
		["not_found", { status: "not_found", liveId: "1001" }, "not_found", 300_000],
	] as const)(
		"a room that is %s is looked at again, and connected when it goes live",
		async (code, page, state, pollMs) => {
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
		},
	);

	test("a look-up that does not answer is given up, and tried again", async () => {
		const room = new RoomHarness();
		room.upstream.page = "hang";
		room.monitor.start();
		await room.clock.advance(30_000);
		expect(room.monitor.status()).toMatchObject({
			state: "reconnecting",
			reason: { code: "timeout" },
			reconnectCount: 1,
		});
		await room.monitor.stop();
	});
});

describe("events", () => {
	test("repeats after a reconnect are left out and counted", async () => {
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

	test("a gap stands before the first event after it", async () => {
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
		await room.settle();
		expect(room.events().filter(({ type }) => type !== "connection")).toMatchObject([
			{ type: "gap", from, to: room.clock.now(), reason: "cursor_not_honoured", method: "livekeeper" },
			{ type: "chat", id: first?.id },
		]);
		await room.monitor.stop();
	});

	test("service events have ids of their own", async () => {
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
		expect(ids.filter((id) => /^lk:r1:\d+-\d+$/.test(id)).length).toBeGreaterThan(40);
		await room.monitor.stop();
	});

	test("a full queue drops the oldest, and the status says how many", async () => {
		const room = new RoomHarness({}, 10);
		await room.connect();
		room.upstream.last.frame(Array.from({ length: 20 }, () => chat(room.clock.now())));
		await room.settle();
		expect(room.monitor.status().dropped).toBe(13);
		room.monitor.checkHealth();
		expect(room.monitor.status().health).toBe("degraded");
		await room.monitor.stop();
	});

	test("a consumer that throws does not disturb the room", async () => {
		const room = new RoomHarness();
		room.queue.onReadable(() => {
			throw new Error("consumer");
		});
		await room.connect();
		expect(room.monitor.status()).toMatchObject({ state: "connected", messages: 1 });
		expect(room.consumerErrors.length).toBeGreaterThan(0);
		await room.monitor.stop();
	});

	test("a listener to the status that throws is logged and disturbs nobody", async () => {
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

describe("other options", () => {
	test("with another identity the room is connected anew from its cursor, without counting a failure", async () => {
		const room = new RoomHarness();
		await room.connect();
		const other = new RoomHarness().upstream;
		room.monitor.useUpstream(other);
		expect(room.state).toBe("reconnecting");
		await room.settle();
		expect(room.upstream.openSessions).toEqual([]);
		expect(other.last.request.cursor).toBeDefined();
		expect(room.monitor.status().reconnectCount).toBe(0);
		await room.monitor.stop();
	});
});

test("a slot that comes at the moment of an interruption is given back unused", async () => {
	let give: (slot: Slot) => void = () => undefined;
	let released = 0;
	const slots = { acquire: () => new Promise<Slot>((resolve) => (give = resolve)) };
	const room = new RoomHarness({ slots });
	room.monitor.start();
	await room.settle();
	expect(room.state).toBe("queued");
	give({ release: () => void released++ });
	const other = new RoomHarness().upstream;
	other.page = "hang";
	room.monitor.useUpstream(other);
	await room.settle();
	expect(room.state).toBe("reconnecting");
	expect([room.upstream.sessions.length, other.sessions.length, released]).toEqual([0, 0, 1]);
	await room.monitor.stop();
});

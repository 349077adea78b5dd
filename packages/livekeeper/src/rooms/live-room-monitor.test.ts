import { DouyinError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, live, offline } from "./fake-upstream.test-kit.ts";
import { promisedDelays, RoomHarness } from "./room-harness.test-kit.ts";
import type { Slot } from "./room-settings.ts";

const minute = 60_000;

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

describe("reconnecting", () => {
	test("twelve failures are followed by exactly the promised delays", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (const [index, delayMs] of promisedDelays.entries()) {
			await room.fail();
			const status = room.monitor.status();
			expect(status).toMatchObject({ state: "reconnecting", reconnectCount: index + 1, reason: { code: "network" } });
			expect(status.nextAttemptAt).toBe(room.clock.now() + delayMs);
			const before = room.upstream.sessions.length;
			await room.clock.advance(delayMs - 1);
			expect(room.upstream.sessions).toHaveLength(before);
			await room.clock.advance(1);
			expect(room.upstream.sessions).toHaveLength(before + 1);
		}
		expect(room.lines("连接断开")).toEqual(
			promisedDelays.map((_, i) => `【!】检测到直播间 1001 连接断开，尝试重连（第 ${i + 1} 次）`),
		);
		await room.monitor.stop();
	});

	test("after a thousand failures in a row it still tries, and comes back", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.onSession = (session) => session.fail(new Error("bug or network, all the same"));
		await room.fail();
		while (room.monitor.status().reconnectCount < 1000) await room.clock.advance(60_000);
		expect(room.monitor.status().nextAttemptAt).toBeLessThanOrEqual(room.clock.now() + 60_000);
		room.upstream.onSession = (session) => {
			session.open();
			session.frame();
		};
		await room.clock.advance(60_000);
		expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: 0 });
		expect(room.upstream.openSessions).toHaveLength(1);
		await room.monitor.stop();
	});

	test("the count returns to 0 with the first frame, not with the handshake", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (const attempt of [1, 2, 3]) {
			await room.fail();
			expect(room.monitor.status().reconnectCount).toBe(attempt);
			await room.clock.advance(60_000);
			room.upstream.last.open();
			await room.settle();
			expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: attempt });
		}
		expect(room.lines("恢复正常")).toEqual([]);
		room.upstream.last.frame();
		await room.settle();
		expect(room.monitor.status().reconnectCount).toBe(0);
		expect(room.lines("恢复正常")).toEqual(["【√】直播间 1001 连接已恢复正常"]);
		await room.fail();
		expect(room.monitor.status()).toMatchObject({ reconnectCount: 1, nextAttemptAt: room.clock.now() + 1000 });
		await room.monitor.stop();
	});

	test("a plain cut reconnects with the cursor at once; from the third failure on the room is looked up", async () => {
		const room = new RoomHarness();
		await room.connect();
		expect(room.upstream.last.request.cursor).toBeUndefined();
		for (const [lookups, delayMs] of [
			[1, 1000],
			[1, 2000],
			[2, 4000],
		] as const) {
			await room.fail();
			await room.clock.advance(delayMs);
			expect(room.upstream.lookups).toHaveLength(lookups);
			expect(room.upstream.last.request).toMatchObject({
				roomId: "r1",
				userUniqueId: "u-r1",
				cursor: { roomId: "r1" },
			});
		}
		await room.monitor.stop();
	});

	test("the cursor is the newest one, and a new broadcast gets none", async () => {
		const room = new RoomHarness();
		await room.connect();
		const cursor = { roomId: "r1", cursor: "newest", internalExt: "y" };
		room.upstream.last.frame([chat(room.clock.now())], { cursor });
		await room.settle();
		await room.fail();
		await room.clock.advance(1000);
		expect(room.upstream.last.request.cursor).toEqual(cursor);
		room.upstream.page = live("r2");
		await room.fail("upstream_close");
		await room.clock.advance(2000);
		expect(room.upstream.last.request).toMatchObject({ roomId: "r2", userUniqueId: "u-r2", cursor: undefined });
		await room.monitor.stop();
	});

	test.each(["upstream_close", "bad_frame", "handshake_refused", "signature_rejected", "upstream_error"] as const)(
		"after %s the room is looked up again",
		async (reason) => {
			const room = new RoomHarness();
			await room.connect();
			await room.fail(reason);
			expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: reason } });
			await room.clock.advance(1000);
			expect(room.upstream.lookups).toHaveLength(2);
			expect(room.upstream.sessions).toHaveLength(2);
			expect(room.monitor.status().reconnects).toEqual({ [reason]: 1 });
			await room.monitor.stop();
		},
	);

	test("a rate limit is waited for as long as the upstream asks, but never less than the promised delay", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.fail("rate_limited", { retryAfterMs: 45_000 });
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 45_000);
		await room.clock.advance(45_000);
		await room.fail("rate_limited", { retryAfterMs: 500 });
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 2000);
		await room.clock.advance(2000);
		await room.fail("rate_limited", { retryAfterMs: 10 * 86_400_000 });
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 3_600_000);
		await room.monitor.stop();
	});

	test("a refused room is not hammered, whether page or socket refuses, and comes back when that ends", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.fail("blocked", { upstreamMessage: "DEVICE_BLOCKED" });
		expect(room.monitor.status()).toMatchObject({
			state: "blocked",
			reason: { code: "blocked" },
			nextAttemptAt: room.clock.now() + 300_000,
		});
		room.upstream.page = unknown("blocked");
		await room.clock.advance(60 * minute);
		expect(room.upstream.lookups).toHaveLength(1 + 12);
		expect(room.upstream.sessions).toHaveLength(1);
		room.upstream.page = live();
		room.upstream.onSession = (session) => {
			session.open();
			session.frame();
		};
		await room.clock.advance(5 * minute);
		expect(room.monitor.status()).toMatchObject({ state: "connected", reconnectCount: 0 });
		await room.fail("blocked", { retryAfterMs: 20 * minute });
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 20 * minute);
		await room.monitor.stop();
	});

	test("an unknown page is never taken for offline", async () => {
		const room = new RoomHarness();
		room.upstream.page = unknown("unreadable_page");
		room.monitor.start();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "unreadable_page" } });
		expect(room.events().map(({ type }) => type)).toEqual(["connection"]);
		await room.monitor.stop();
	});

	test("what is not a typed failure costs an attempt and is logged with its stack, never the room's life", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.last.fail(new TypeError("undefined is not a function"));
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "network" } });
		room.upstream.onSession = () => {
			throw new RangeError("out of it");
		};
		await room.clock.advance(1000);
		room.upstream.page = new SyntaxError("lookup");
		await room.clock.advance(2000 + 4000);
		const stacks = room.log.lines.filter((line) => line.level === 50).map((line) => (line["err"] as Error).stack);
		expect(stacks).toEqual([
			expect.stringContaining("TypeError: undefined is not"),
			expect.stringContaining("RangeError: out of it"),
			expect.stringContaining("RangeError: out of it"),
			expect.stringContaining("SyntaxError: lookup"),
		]);
		room.upstream.onSession = (session) => session.open();
		room.upstream.page = live();
		await room.clock.advance(minute);
		expect(room.state).toBe("connected");
		await room.monitor.stop();
	});

	test("a session that ends without a word is connected again", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.upstream.last.end();
		await room.clock.advance(1000);
		expect(room.upstream.sessions).toHaveLength(2);
		await room.monitor.stop();
	});
});

describe("broadcasts", () => {
	test("an ended broadcast goes back to waiting, and the next one connects by itself", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.events();
		await room.fail("broadcast_ended");
		expect(room.monitor.status()).toMatchObject({
			state: "waiting",
			reason: { code: "broadcast_ended" },
			reconnectCount: 0,
			nextAttemptAt: room.clock.now() + 30_000,
		});
		room.upstream.page = offline();
		await room.clock.advance(5 * minute);
		expect(room.upstream.sessions).toHaveLength(1);
		room.upstream.page = live("r2");
		await room.clock.advance(30_000);
		room.upstream.last.open();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "connected", roomId: "r2" });
		expect(room.events().map(({ type, roomId }) => [type, roomId])).toEqual([
			["broadcast_ended", "r1"],
			["connection", "r1"],
			["broadcast_started", "r2"],
			["connection", "r2"],
		]);
		expect(room.lines("连接断开")).toEqual([]);
		await room.monitor.stop();
	});

	test("an ended broadcast whose page still says live is left alone for three polls, then tried again", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.events();
		await room.fail("broadcast_ended");
		await room.clock.advance(60_000);
		expect(room.upstream.lookups).toHaveLength(3);
		expect(room.upstream.sessions).toHaveLength(1);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
		await room.clock.advance(30_000);
		expect(room.upstream.sessions).toHaveLength(2);
		room.upstream.last.open();
		room.upstream.last.frame();
		await room.settle();
		expect(room.events().map(({ type }) => type)).toEqual([
			"broadcast_ended",
			"connection",
			"connection",
			"broadcast_started",
			"chat",
		]);
		await room.monitor.stop();
	});

	test("if it has ended after all, it is left alone again, without another end or start", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.fail("broadcast_ended");
		room.events();
		await room.clock.advance(90_000);
		room.upstream.last.frame();
		room.upstream.last.open();
		await room.pass(70_000);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
		const { length } = room.upstream.sessions;
		await room.clock.advance(60_000);
		expect(room.upstream.sessions).toHaveLength(length);
		expect(room.events().map(({ type }) => type)).toEqual(["chat", "connection", "connection"]);
		await room.monitor.stop();
	});

	test("an end that was missed is told when the page shows it", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.events();
		room.upstream.page = live("r2");
		await room.fail("upstream_close");
		await room.clock.advance(1000);
		expect(room.events()).toMatchObject([
			{ type: "connection", state: "reconnecting" },
			{ type: "broadcast_ended", roomId: "r1", reason: "new_broadcast" },
			{ type: "broadcast_started", roomId: "r2" },
		]);
		room.upstream.page = offline("r2");
		await room.fail("upstream_close");
		await room.clock.advance(2000);
		expect(room.events()).toMatchObject([
			{ type: "connection", state: "reconnecting" },
			{ type: "broadcast_ended", roomId: "r2", reason: "offline" },
			{ type: "connection", state: "waiting" },
		]);
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

function unknown(reason: "blocked" | "unreadable_page") {
	return { status: "unknown", liveId: "1001", failure: new DouyinError(reason, `Page: ${reason}`) } as const;
}

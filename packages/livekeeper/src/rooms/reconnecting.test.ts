import { DouyinError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, live } from "./fake-upstream.helpers.ts";
import { promisedDelays, RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

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

	test("frames that prove nothing, since they come before the socket opens, leave the delays as they are", async () => {
		const room = new RoomHarness();
		room.upstream.onSession = (session) => {
			session.frame();
			session.fail(new DouyinError("handshake_refused", "418"));
		};
		room.monitor.start();
		await room.settle();
		for (const [index, delayMs] of promisedDelays.entries()) {
			const { reconnectCount, nextAttemptAt } = room.monitor.status();
			expect([reconnectCount, nextAttemptAt]).toEqual([index + 1, room.clock.now() + delayMs]);
			await room.clock.advance(delayMs);
		}
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

	test("the cursor is the one before the newest message, and a new broadcast gets none", async () => {
		const room = new RoomHarness();
		await room.connect();
		const cursor = { roomId: "r1", cursor: "before", internalExt: "y" };
		room.upstream.last.frame([chat(room.clock.now())], { cursor });
		room.upstream.last.frame();
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

	test("a refused room is not hammered, and comes back when that ends", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.fail("blocked", { upstreamMessage: "DEVICE_BLOCKED" });
		expect(room.monitor.status()).toMatchObject({
			state: "blocked",
			reason: { code: "blocked" },
			nextAttemptAt: room.clock.now() + 300_000,
		});
		room.upstream.onSession = (session) => session.fail(new DouyinError("blocked", "Refused."));
		await room.clock.advance(60 * minute);
		expect(room.upstream.lookups).toHaveLength(1 + 12);
		expect(room.upstream.sessions).toHaveLength(1 + 12);
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
		await room.clock.advance(1000 + 2000);
		const stacks = room.log.lines.filter((line) => line.level === 50).map((line) => (line["err"] as Error).stack);
		expect(stacks).toEqual([
			expect.stringContaining("TypeError: undefined is not"),
			expect.stringContaining("RangeError: out of it"),
			expect.stringContaining("RangeError: out of it"),
		]);
		room.upstream.onSession = (session) => session.open();
		await room.clock.advance(minute);
		expect(room.state).toBe("connected");
		await room.monitor.stop();
	});

	test("a frame that can't be read is requested three times, then the piece around it is given up", async () => {
		const room = new RoomHarness();
		await room.connect();
		const [known] = room.upstream.last.frame();
		await room.clock.advance(0);
		const resumes: boolean[] = [];
		room.upstream.onSession = (session) => {
			resumes.push(session.request.cursor !== undefined);
			session.open();
			if (session.request.cursor && known) session.frame([known]);
			session.fail(new DouyinError("bad_frame", "Unknown compression."));
		};
		room.upstream.last.fail(new DouyinError("bad_frame", "Unknown compression."));
		await room.clock.advance(20_000);
		expect(resumes.slice(0, 3)).toEqual([true, true, false]);
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

function unknown(reason: "blocked" | "unreadable_page") {
	return { status: "unknown", liveId: "1001", failure: new DouyinError(reason, `Page: ${reason}`) } as const;
}

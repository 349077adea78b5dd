import { DouyinError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, live } from "./fake-upstream.helpers.ts";
import { promisedDelays, RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

describe("reconnecting", () => {
	test("waits exactly the promised delays after twelve failures", async () => {
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

	test("keeps the delays after frames from before the open", async () => {
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

	test("still retries and recovers after a thousand failures", async () => {
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

	test("resets the count with the first frame, not the handshake", async () => {
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

	test("resumes from the cursor, looks up after three failures", async () => {
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

	test("resumes before the newest message, never in a new broadcast", async () => {
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
		"looks the room up again after %s",
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

	test("honours the upstream's retry-after, but never below the promised delay", async () => {
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

	test("leaves a refused room alone and recovers afterwards", async () => {
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

	test("never takes an unknown page for offline", async () => {
		const room = new RoomHarness();
		room.upstream.page = unknown("unreadable_page");
		room.monitor.start();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "unreadable_page" } });
		expect(room.events().map(({ type }) => type)).toEqual(["connection"]);
		await room.monitor.stop();
	});

	test("logs an untyped failure with its stack and retries", async () => {
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

	test("requests an unreadable frame three times, then skips it", async () => {
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

	test("reconnects after a session that ends without a reason", async () => {
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

import { describe, expect, test } from "vitest";
import { chat, live, offline } from "./fake-upstream.helpers.ts";
import { RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

describe("broadcasts", () => {
	test("waits after a broadcast ends and connects the next one", async () => {
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

	test("leaves an ended broadcast for three polls that say live", async () => {
		const room = new RoomHarness();
		await room.connect();
		const known = room.upstream.last.frame();
		await room.settle();
		room.events();
		await room.fail("broadcast_ended");
		await room.clock.advance(60_000);
		expect(room.upstream.lookups).toHaveLength(3);
		expect(room.upstream.sessions).toHaveLength(1);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
		await room.clock.advance(30_000);
		expect(room.upstream.sessions).toHaveLength(2);
		room.upstream.last.backfill([]);
		room.upstream.last.open();
		room.upstream.last.frame([...known, chat(room.clock.now())]);
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

	test("leaves it alone again without a second end or start", async () => {
		const room = new RoomHarness();
		await room.connect();
		const known = room.upstream.last.frame();
		await room.settle();
		await room.fail("broadcast_ended");
		room.events();
		await room.clock.advance(90_000);
		room.upstream.last.backfill([]);
		room.upstream.last.frame([...known, chat(room.clock.now())]);
		room.upstream.last.open();
		await room.pass(30_000);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
		const { length } = room.upstream.sessions;
		await room.clock.advance(60_000);
		expect(room.upstream.sessions).toHaveLength(length);
		expect(room.events().map(({ type }) => type)).toEqual(["connection", "chat", "connection"]);
		await room.monitor.stop();
	});

	test("reports a missed end when the page shows it", async () => {
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

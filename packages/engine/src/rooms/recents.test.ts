import type { UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat } from "./fake-upstream.helpers.ts";
import { RoomHarness } from "./room-harness.helpers.ts";

/** A room that was cut and has begun its next session. `known` was sent before the cut, `missed` during it. */
async function cut(capacity?: number) {
	const room = new RoomHarness({}, capacity);
	await room.connect();
	const known = room.upstream.last.frame();
	await room.settle();
	await room.fail();
	await room.clock.advance(1_000);
	const said = (count: number) => Array.from({ length: count }, () => chat(room.clock.now()));
	room.events();
	return { room, known, said };
}

const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);

describe("recent messages after an outage", () => {
	test("precede the first frame, which moves the cursor past them", async () => {
		const { room, known, said } = await cut();
		const missed = said(3);
		room.upstream.last.backfill([...known, ...missed]);
		room.upstream.last.open();
		await room.settle();
		expect(room.events().map(({ type }) => type)).toEqual(["connection"]);
		await room.clock.advance(1_000);
		const live = said(1);
		room.upstream.last.backfill([...known, ...missed, ...live]);
		room.upstream.last.frame(live);
		await room.settle();
		const batch = room.queue.drain();
		expect(ids(batch?.events ?? [])).toEqual(ids([...missed, ...live]));
		expect(batch?.cursor?.cursor).toMatch(/^c2-/);
		expect(room.monitor.status()).toMatchObject({ duplicates: 0, messages: 6 });
		await room.monitor.stop();
	});

	test("follow a gap without overlap, even into a full queue", async () => {
		const { room, said } = await cut(10);
		await room.clock.advance(60_000);
		room.events();
		const pages = [said(2), said(2)];
		for (const page of pages) room.upstream.last.backfill(page);
		room.upstream.last.open();
		await room.clock.advance(1_000);
		room.queue.push(said(8));
		const live = said(1);
		room.upstream.last.backfill([...(pages[1] ?? []), ...live]);
		room.upstream.last.frame(live);
		await room.clock.advance(5_000);
		const types = room.events().map(({ type }) => type);
		expect(types.slice(9)).toEqual(["gap", "chat", "chat", "gap", "chat", "chat", "chat"]);
		await room.monitor.stop();
	});

	test("wait with a same-second frame until silence or the end", async () => {
		for (const end of ["silence", "broadcast_ended"] as const) {
			const { room, said } = await cut();
			await room.clock.advance(2_000);
			room.events();
			const missed = said(3);
			room.upstream.last.backfill(missed);
			room.upstream.last.open();
			await room.settle();
			room.events();
			const live = room.upstream.last.frame();
			await room.settle();
			expect(room.events()).toEqual([]);
			if (end === "silence") {
				// A slow backlog: the next frame is late, and the one after it even later.
				await room.pass(2_000);
				live.push(...room.upstream.last.frame([chat(live[0]?.at ?? 0)]));
				await room.pass(2_000);
				expect(room.events().filter(({ type }) => type === "chat")).toEqual([]);
				await room.pass(2_000);
			} else await room.fail(end);
			const spoken = room.events().filter(({ type }) => type === "chat");
			expect(ids(spoken)).toEqual(ids([...missed, ...live]));
			await room.monitor.stop();
		}
	});

	test("come within ten seconds of mute silence and prove nothing", async () => {
		const { room, known, said } = await cut();
		const missed = said(2);
		room.upstream.last.backfill([...known, ...missed]);
		room.upstream.last.open();
		await room.settle();
		room.events();
		const { lastMessageAt } = room.monitor.status();
		await room.pass(10_000);
		expect(ids(room.events())).toEqual(ids(missed));
		expect(room.monitor.status()).toMatchObject({ reconnectCount: 1, lastMessageAt });
		await room.pass(60_000);
		expect(room.upstream.sessions).toHaveLength(3);
		expect(room.upstream.last.request.cursor).toEqual(room.upstream.sessions[1]?.request.cursor);
		await room.monitor.stop();
	});

	test("wait on a mute socket while they overlap with nothing", async () => {
		const { room, known, said } = await cut();
		const missed = said(20);
		room.upstream.last.backfill(missed.slice(5));
		room.upstream.last.open();
		await room.settle();
		room.events();
		await room.pass(55_000);
		expect(room.events()).toEqual([]);
		room.upstream.last.frame([...known, ...missed]);
		await room.settle();
		expect(ids(room.events())).toEqual(ids(missed));
		await room.monitor.stop();
	});

	test("link the next session's messages when this one fails", async () => {
		const { room, known, said } = await cut();
		const missed = said(2);
		room.upstream.last.backfill([...known, ...missed]);
		await room.settle();
		await room.fail();
		await room.clock.advance(2_000);
		expect(room.events().map(({ type }) => type)).toEqual(["connection"]);
		room.upstream.last.open();
		const live = room.upstream.last.frame([...missed, chat(room.clock.now())]);
		await room.settle();
		expect(ids(room.events().filter(({ type }) => type !== "connection"))).toEqual(ids(live));
		await room.monitor.stop();
	});

	test("come within five seconds of a failure without a successor", async () => {
		const { room, known, said } = await cut();
		const missed = said(2);
		room.upstream.last.backfill([...known, ...missed]);
		await room.settle();
		await room.fail();
		await room.clock.advance(5_000);
		expect(room.events().map(({ type }) => type)).toEqual(["connection", "chat", "chat"]);
		await room.monitor.stop();
	});

	test("do not come after the room has stopped", async () => {
		const { room, known, said } = await cut();
		room.upstream.last.backfill([...known, ...said(2)]);
		await room.settle();
		await room.monitor.stop();
		expect(room.events().filter(({ type }) => type === "chat")).toEqual([]);
	});

	test("wait for the next session while nothing can be stored", async () => {
		const { room, known, said } = await cut(10);
		const missed = said(2);
		room.upstream.last.backfill([...known, ...missed]);
		room.upstream.last.open();
		await room.settle();
		room.queue.push(said(10));
		const { size } = room.queue;
		await room.pass(10_000);
		expect(room.queue.size).toBe(size);
		room.upstream.last.frame();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "storage" } });
		expect(room.queue.size).toBe(size);
		room.events();
		await room.pass(60_000);
		room.upstream.last.backfill([...known, ...missed]);
		room.upstream.last.open();
		await room.pass(10_000);
		expect(ids(room.events().filter(({ type }) => type === "chat"))).toEqual(ids(missed));
		await room.monitor.stop();
	});

	test("are counted when they can't be decoded", async () => {
		const { room, known, said } = await cut();
		room.upstream.last.backfill([...known, ...said(1)], [{ method: "WebcastGiftMessage", id: "1", message: "bad" }]);
		room.upstream.last.open();
		await room.pass(10_000);
		expect(room.monitor.status()).toMatchObject({ decodeErrors: 1, health: "degraded" });
		await room.monitor.stop();
	});
});

test("starts the first session with stored cursor, ids and streaks", async () => {
	const room = new RoomHarness();
	const known: UpstreamEvent[] = [chat(room.clock.now() - 2), chat(room.clock.now() - 1)];
	const cursor = { roomId: "r1", cursor: "stored", internalExt: "" };
	const streak = { streakId: "s", count: 3, final: false };
	const knownStreaks = [{ ...streak, at: room.clock.now() }];
	const broadcast = { roomId: "r1", title: "", ended: false };
	const memory = { cursor, broadcast, lastAt: known[1]?.at, recent: known, knownStreaks };
	room.monitor.start(undefined, { recall: async () => memory });
	await room.settle();
	expect(room.upstream.last.request).toMatchObject({ cursor });
	const missed = chat(room.clock.now());
	const live = chat(room.clock.now() + 1, { ...streak, type: "gift", count: 5 } as Partial<UpstreamEvent>);
	room.upstream.last.backfill([...known, missed]);
	room.upstream.last.open();
	room.upstream.last.backfill([missed, live]);
	room.upstream.last.frame([live]);
	await room.settle();
	const events = room.events().filter(({ type }) => type !== "connection");
	expect(ids(events)).toEqual(ids([missed, live]));
	expect(events.at(-1)).toMatchObject({ count: 5, delta: 2 });
	await room.monitor.stop();
});

test("reports a gap when messages but no cursor are stored", async () => {
	const room = new RoomHarness();
	const known: UpstreamEvent[] = [chat(room.clock.now() - 90_000), chat(room.clock.now() - 60_000)];
	const broadcast = { roomId: "r1", title: "", ended: false };
	room.monitor.start(undefined, { recall: async () => ({ broadcast, lastAt: known[1]?.at, recent: known }) });
	await room.settle();
	expect(room.upstream.last.request.cursor).toBeUndefined();
	const now = room.clock.now();
	room.upstream.last.open();
	room.upstream.last.frame([chat(now)]);
	await room.clock.advance(5_000);
	expect(room.events().filter(({ type }) => type !== "connection")).toMatchObject([
		{ type: "gap", from: known[1]?.at, to: now, reason: "no_cursor" },
		{ type: "chat" },
	]);
	await room.monitor.stop();
});

import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { inMemory } from "../../data-folder.ts";
import { cursorAt, idsOf, readAll, seqs } from "../conformance.helpers.ts";
import type { EventLog } from "../event-log.ts";
import { chats } from "../events.helpers.ts";
import { FaultyStore } from "./faulty-store.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger } from "./stores.helpers.ts";

const open = (clock: ManualClock, { startThread }: FaultyStore, more = {}) =>
	openSqliteEventLog({ dataDir: inMemory, clock, logger: quietLogger, startThread, ...more });

test("reports a disk that hangs, answers readers, and recovers", async () => {
	const clock = new ManualClock();
	const store = new FaultyStore();
	const log = await open(clock, store);
	const states = vi.fn();
	log.onStatus(({ state, fault }) => states(state, fault));
	const stored = async (from: number, to: number) => {
		log.append({ liveId: "a", events: chats(from, to) });
		await clock.advance(10);
	};
	await stored(1, 10);
	await log.flush();
	store.hang();
	await stored(11, 20);
	await clock.advance(4_000);
	expect(log.status().state).toBe("ok");
	await clock.advance(2_000);
	expect(log.status()).toMatchObject({ state: "failing", fault: "stalled", pendingEvents: 10 });
	expect(log.status().message?.en).toContain("5 seconds");
	expect(await readAll(log, "a")).toHaveLength(10);
	store.mend();
	await log.flush();
	expect(log.status().state).toBe("ok");
	expect(states.mock.calls).toEqual([
		["failing", "stalled"],
		["ok", undefined],
	]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 20).map(({ id }) => id));
	await log.close();
});

test("does not mistake a clock change for a hanging disk", async () => {
	const clock = new ManualClock();
	const log = await open(clock, new FaultyStore());
	const states = vi.fn();
	log.onStatus(states);
	log.append({ liveId: "a", events: chats(1, 10) });
	clock.set(3_600_000);
	await clock.advance(1_000);
	await log.flush();
	await clock.advance(1_000);
	expect(states).not.toHaveBeenCalled();
	await log.close();
});

test("reads on while full, and reports unstored events on close", async () => {
	const [clock, store] = [new ManualClock(), new FaultyStore()];
	const log = await open(clock, store);
	log.append({ liveId: "a", events: chats(1, 100), cursor: cursorAt(100) });
	await Promise.all([log.flush(), clock.advance(10)]);
	store.refuse("SQLITE_FULL");
	log.append({ liveId: "a", events: chats(101, 200), cursor: cursorAt(200) });
	await clock.advance(10);
	expect(log.status()).toMatchObject({ state: "failing", fault: "disk_full", pendingEvents: 100 });
	expect(await log.lastSeq("a")).toBe(100);
	await expect(log.close()).rejects.toMatchObject({ code: "storage_failing", message: expect.stringContaining("100") });

	store.mend();
	const again = await open(clock, store);
	expect(await again.cursor("a")).toEqual(cursorAt(100));
	again.append({ liveId: "a", events: chats(50, 200) });
	await Promise.all([again.flush(), clock.advance(10)]);
	expect(idsOf(await readAll(again, "a"))).toEqual(chats(1, 200).map(({ id }) => id));
	await again.close();
});

test("keeps and bounds accepted events while the store refuses", async () => {
	const [clock, store] = [new ManualClock(), new FaultyStore()];
	const log = await open(clock, store, { maxPendingBytes: 200_000 });
	const states: string[] = [];
	log.onStatus(({ state, fault }) => states.push(fault ?? state));
	store.refuse("SQLITE_READONLY");
	let n = 0;
	for (let more = true; more; n += 10) {
		more = log.append({ liveId: "a", events: chats(n + 1, n + 10) });
		await clock.advance(1);
	}
	expect(log.status().pendingBytes).toBeLessThan(250_000);
	store.mend();
	await Promise.all([log.flush(), clock.advance(5_000)]);
	expect(states.filter((state) => state !== "stalled")).toEqual(["read_only", "ok"]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, n).map(({ id }) => id));
	await log.close();
});

test("stores a commit once if its answer is lost", async () => {
	const [clock, store] = [new ManualClock(), new FaultyStore()];
	const log = await open(clock, store);
	const published: number[] = [];
	log.onCommitted(({ events }) => published.push(...seqs(events)));
	store.loseAnswer();
	log.append({ liveId: "a", events: chats(1, 3) });
	await clock.advance(10);
	expect(published).toEqual([]);
	await Promise.all([log.flush(), clock.advance(5_000)]);
	expect(published).toEqual([1, 2, 3]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 3).map(({ id }) => id));
	await log.close();
});

test("notifies readers of events that a power cut took", async () => {
	const [clock, store] = [new ManualClock(), new FaultyStore()];
	const first = await open(clock, store);
	const append = async (log: EventLog, from: number, to: number) => {
		log.append({ liveId: "a", events: chats(from, to), cursor: cursorAt(to) });
		await Promise.all([log.flush(), clock.advance(10)]);
	};
	await append(first, 1, 5);
	await store.sync();
	await append(first, 6, 9);
	await store.cutPower();
	const log = await open(clock, store);
	expect(await log.cursor("a")).toEqual(cursorAt(5));
	await append(log, 6, 7);
	const { events, truncated } = await log.read("a", { after: 9 });
	expect(truncated).toMatchObject({ from: 10, reason: "reset" });
	expect(idsOf(events)).toEqual(chats(6, 7).map(({ id }) => id));
	await log.close();
});

test.each([3, 40, 200, 1_000])("replaces events with gaps where byte %i flipped", async (place) => {
	const [clock, store] = [new ManualClock(), new FaultyStore()];
	const log = await open(clock, store);
	const append = async (from: number, to: number) => {
		log.append({ liveId: "a", events: chats(from, to) });
		await Promise.all([log.flush(), clock.advance(10)]);
	};
	await append(1, 3);
	store.flip(place);
	await append(4, 6);
	await append(7, 9);
	const lost = (n: number) => n >= 4 && n <= 6;
	const expected = chats(1, 9).map(({ id }, index) => (lost(index + 1) ? `lk:a:corrupt-${index + 1}` : id));
	expect(idsOf(await readAll(log, "a"))).toEqual(expected);
	await clock.advance(20_000);
	expect(log.status()).toMatchObject({ state: "ok", damage: { events: 3, rooms: ["a"] } });
	await log.close();
});

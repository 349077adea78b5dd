import { randomBytes } from "node:crypto";
import { type Clock, type Cursor, systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withRaw } from "./encoded-event.ts";
import type { CommittedBatch, EventLog, ReadQuery, Retention, StoredEvent } from "./event-log.ts";
import { chat, chats, gift, service, startMs, user } from "./events.helpers.ts";
import { checkAgainstModel } from "./model.helpers.ts";
import { describeSearch } from "./search.helpers.ts";

export interface OpenSettings {
	clock: Clock;
	retention?: Partial<Retention>;
	maxPendingBytes?: number;
	/** Size of the dedup window. */
	knownEvents?: number;
}

/** Storage of one log: each `open` finds what the previous one stored. */
export interface StoreUnderTest {
	open(settings: OpenSettings): Promise<EventLog>;
	dispose(): Promise<void>;
}

export const cursorAt = (n: number): Cursor => ({ roomId: "broadcast-1", cursor: `c${n}`, internalExt: `ext:${n}` });
export const seqs = (events: readonly StoredEvent[]) => events.map(({ seq }) => seq);
export const idsOf = (events: readonly StoredEvent[]) =>
	events.map(({ json }) => String((JSON.parse(json) as { id: string }).id));

export async function readAll(log: EventLog, liveId: string, query: ReadQuery = {}): Promise<StoredEvent[]> {
	const events: StoredEvent[] = [];
	let after = query.after ?? 0;
	for (let page = await log.read(liveId, { ...query, after }); ; page = await log.read(liveId, { ...query, after })) {
		events.push(...page.events);
		after = page.nextAfter;
		if (page.caughtUp) return events;
	}
}

/** Moves the clock a second at a time until the condition holds. The store works in real time meanwhile. */
async function until(clock: ManualClock, condition: () => boolean | Promise<boolean>): Promise<void> {
	const check = async () => {
		await clock.advance(1_000);
		return condition();
	};
	await vi.waitUntil(check, { interval: 5 });
}

/** The suite that every store has to pass. */
export function describeEventLog(name: string, newStore: () => Promise<StoreUnderTest>): void {
	describe(name, () => {
		let store: StoreUnderTest;
		let log: EventLog;
		const open = async (settings: Partial<OpenSettings> = {}) => {
			log = await store.open({ clock: systemClock, ...settings });
			return log;
		};
		const store_ = async (liveId: string, ...events: ReturnType<typeof chats>) => {
			log.append({ liveId, events });
			await log.flush();
		};

		beforeEach(async () => {
			store = await newStore();
		});
		afterEach(async () => {
			await log.close();
			await store.dispose();
		});

		test("numbers events per room from 1 and returns them unchanged", async () => {
			await open();
			log.append({ liveId: "a", events: chats(1, 3) });
			log.append({ liveId: "b", events: chats(1, 2) });
			log.append({ liveId: "a", events: chats(4, 5) });
			await log.flush();
			const page = await log.read("a");
			expect(page).toMatchObject({ nextAfter: 5, caughtUp: true, oldestSeq: 1, lastSeq: 5 });
			expect(seqs(page.events)).toEqual([1, 2, 3, 4, 5]);
			expect(JSON.parse(page.events[2]?.json ?? "")).toMatchObject({
				seq: 3,
				id: chat(3).id,
				content: chat(3).content,
				received_at: chat(3).receivedAt,
				user: { sec_uid: "sec-3" },
			});
			expect(page.events[2]).toMatchObject({ type: "chat", at: chat(3).at });
			expect(seqs(await readAll(log, "b"))).toEqual([1, 2]);
			expect(await log.lastSeq("b")).toBe(2);
		});

		test("stores payloads beside events and returns them on request", async () => {
			await open();
			const committed: StoredEvent[] = [];
			log.onCommitted(({ events }) => committed.push(...events));
			const trap = chat(2, { content: 'x","raw":"AAAA"}' });
			await store_("a", chat(1, { raw: Uint8Array.of(1, 2, 250) }), trap, chat(3, { raw: new Uint8Array(0) }));
			const plain = (await log.read("a")).events;
			const full = (await log.read("a", { raw: true })).events;
			expect(plain.map(({ json }) => json)).toEqual(full.map(({ json }) => json));
			expect(plain.map(({ json }) => JSON.parse(json))).toMatchObject([
				{ seq: 1 },
				{ seq: 2, content: trap.content },
				{},
			]);
			expect(plain.filter((event) => "raw" in event || event.json.includes('"raw":"AQL6"'))).toEqual([]);
			expect(full.map(({ raw }) => raw)).toEqual(["AQL6", undefined, ""]);
			expect(committed).toEqual(full);
			expect(JSON.parse(withRaw(full[0]?.json ?? "", full[0]?.raw))).toMatchObject({
				seq: 1,
				raw: "AQL6",
				id: chat(1).id,
			});
		});

		test("returns nothing for a room without events", async () => {
			await open();
			expect(await log.read("nobody")).toMatchObject({ events: [], caughtUp: true, oldestSeq: 1, lastSeq: 0 });
			expect(await log.lastSeq("nobody")).toBe(0);
			expect(await log.cursor("nobody")).toBeUndefined();
			expect(await log.broadcasts("nobody")).toEqual([]);
		});

		test("drops repeats within and between batches, also after reopening", async () => {
			await open();
			const committed: CommittedBatch[] = [];
			log.onCommitted((batch) => committed.push(batch));
			await store_("a", chat(1), chat(2), chat(1), chat(3));
			await store_("a", chat(2), chat(4));
			await store_("b", chat(1));
			expect(committed.map(({ liveId, events }) => [liveId, seqs(events)])).toEqual([
				["a", [1, 2, 3]],
				["a", [4]],
				["b", [1]],
			]);
			expect(log.status().repeats).toBe(2);
			await log.close();
			await open();
			await store_("a", chat(4), chat(1), chat(5));
			expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 5).map(({ id }) => id));
			expect(seqs(await readAll(log, "a"))).toEqual([1, 2, 3, 4, 5]);
		});

		test("drops an event that repeats either of its ids", async () => {
			await open();
			const repeats = [
				chat(1, { envelopeId: "991" }),
				chat(2, { id: "992", envelopeId: "902" }),
				chat(2, { id: "902" }),
			];
			await store_("a", chat(1, { envelopeId: "901" }), chat(2, { envelopeId: "902" }), ...repeats);
			await log.close();
			await open();
			// The same id and time, but another kind.
			const other = { ...chat(1, { envelopeId: "901" }), method: "WebcastScreenChatMessage" };
			await store_("a", ...repeats, chat(1), other);
			const events = await readAll(log, "a");
			expect(events.map(({ json }) => JSON.parse(json).envelope_id)).toEqual(["901", "902", "901"]);
			expect(seqs(events)).toEqual([1, 2, 3]);
		});

		test("recognises repeats exactly within the window, also after reopening", async () => {
			await open({ knownEvents: 10 });
			await store_("a", ...chats(1, 10));
			await store_("a", chat(11), chat(1), chat(2), chat(5));
			expect(seqs(await readAll(log, "a"))).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
			expect(log.status().repeats).toBe(1);
			await log.close();
			await open({ knownEvents: 10 });
			await store_("a", chat(2), chat(3), chat(5), chat(12), chat(4));
			const numbers = [...Array.from({ length: 11 }, (_, index) => index + 1), 1, 2, 3, 12, 4];
			expect(idsOf(await readAll(log, "a"))).toEqual(numbers.map((n) => chat(n).id));
		});

		test("stores the cursor with its events and advances on repeats", async () => {
			await open();
			log.append({ liveId: "a", events: chats(1, 2), cursor: cursorAt(2) });
			log.append({ liveId: "a", events: chats(3, 3) });
			await log.flush();
			expect(await log.cursor("a")).toEqual(cursorAt(2));
			log.append({ liveId: "a", events: chats(1, 2), cursor: { ...cursorAt(4), repeats: 700 } });
			log.append({ liveId: "b", events: [], cursor: cursorAt(9) });
			await log.flush();
			await log.close();
			await open();
			expect(await log.cursor("a")).toEqual({ ...cursorAt(4), repeats: 700 });
			expect(await log.cursor("b")).toEqual(cursorAt(9));
			expect(await log.lastSeq("a")).toBe(3);
			log.append({ liveId: "a", events: [], cursor: cursorAt(5) });
			await log.flush();
			expect(await log.cursor("a")).toEqual(cursorAt(5));
		});

		test("lists rooms by their first batch, also after reopening", async () => {
			await open();
			expect(await log.liveIds()).toEqual([]);
			await log.registry.keep("wanted-only", {});
			await store_("b", chat(1));
			await store_("a", chat(2));
			await store_("b", chat(3));
			expect(await log.liveIds()).toEqual(["b", "a"]);
			await log.close();
			await open();
			expect(await log.liveIds()).toEqual(["b", "a"]);
		});

		test("notifies listeners once events are readable, despite failing listeners", async () => {
			await open();
			const seen: Promise<number>[] = [];
			log.onCommitted(() => {
				throw new Error("a listener's own fault");
			});
			const off = log.onCommitted(() => seen.push(log.lastSeq("a")));
			await store_("a", chat(1), chat(2));
			expect(await Promise.all(seen)).toEqual([2]);
			off();
			await store_("a", chat(3));
			expect(seen).toHaveLength(1);
		});

		test("ends a page at its limit and continues there", async () => {
			await open();
			await store_("a", ...chats(1, 10));
			const first = await log.read("a", { after: 2, limit: 3 });
			expect(first).toMatchObject({ nextAfter: 5, caughtUp: false });
			expect(seqs(first.events)).toEqual([3, 4, 5]);
			expect(seqs(await readAll(log, "a", { after: 5, limit: 2 }))).toEqual([6, 7, 8, 9, 10]);
		});

		test("ends a page at maxChars, with at least one event", async () => {
			await open();
			await store_("a", ...chats(1, 10));
			const { events } = await log.read("a", { limit: 3 });
			const maxChars = events.slice(0, 2).reduce((sum, { json }) => sum + json.length, 0);
			expect(seqs((await log.read("a", { maxChars })).events)).toEqual([1, 2]);
			expect(await log.read("a", { after: 4, maxChars: 1 })).toMatchObject({ nextAfter: 5, caughtUp: false });
			expect(seqs(await readAll(log, "a", { maxChars: maxChars + 1 }))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
		});

		test("advances past events that a type or time filter skips", async () => {
			await open();
			log.append({ liveId: "a", events: [...chats(1, 4), gift(5, 10), ...chats(6, 8), gift(9, 1)] });
			await log.flush();
			expect(seqs(await readAll(log, "a", { types: ["gift"], limit: 1 }))).toEqual([5, 9]);
			expect(await log.read("a", { types: ["like"] })).toMatchObject({ events: [], nextAfter: 9, caughtUp: true });
			const between = { from: startMs + 3, to: startMs + 6 };
			expect(seqs(await readAll(log, "a", between))).toEqual([3, 4, 5]);
			expect(seqs(await readAll(log, "a", { ...between, types: ["chat"], after: 3 }))).toEqual([4]);
		});

		test("finds events by time, however late they were stored", async () => {
			await open();
			const day = 86_400_000;
			await store_("a", chat(1), chat(2, { at: startMs - 30 * day }), chat(3), chat(4, { at: startMs + 300 * day }));
			expect(seqs(await readAll(log, "a", { to: startMs }))).toEqual([2]);
			expect(seqs(await readAll(log, "a", { from: startMs + day }))).toEqual([4]);
		});

		test("reads from a time despite a message from long ago", async () => {
			const clock = new ManualClock();
			await open({ clock });
			const now = clock.now();
			// Its time is pinned, and that of the last one is from a clock that is half a second ahead.
			log.append({ liveId: "a", events: [chat(0, { at: now - 365 * 86_400_000 }), ...chats(1, 6_000, { at: now })] });
			await until(clock, () => log.status().pendingEvents === 0);
			const later = clock.now();
			log.append({ liveId: "a", events: [chat(6_001, { at: later + 500 }), chat(6_002, { at: later })] });
			await until(clock, () => log.status().pendingEvents === 0);
			const page = await log.read("a", { from: later });
			expect([seqs(page.events), page.caughtUp]).toEqual([[6_002, 6_003], true]);
			expect(seqs((await log.read("a", { to: now })).events)).toEqual([1]);
		});

		test("reports a reset to a reader beyond the log's end", async () => {
			await open();
			await store_("a", ...chats(1, 3));
			const page = await log.read("a", { after: 50 });
			expect(page.truncated?.reason).toBe("reset");
			expect(seqs(page.events)).toEqual([1, 2, 3]);
			expect((await log.read("a", { after: 3 })).truncated).toBeUndefined();
		});

		test("reports the bound to append, and free space again", async () => {
			const clock = new ManualClock();
			await open({ clock, maxPendingBytes: 4_000 });
			const writable = vi.fn();
			log.onWritable(writable);
			let n = 0;
			while (log.append({ liveId: "a", events: [chat(++n)] }));
			expect(log.writable).toBe(false);
			expect(log.status().pendingEvents).toBe(n);
			await Promise.all([log.flush(), clock.advance(1_000)]);
			expect(writable).toHaveBeenCalledOnce();
			expect(log.append({ liveId: "a", events: [chat(++n)] })).toBe(true);
			await Promise.all([log.flush(), clock.advance(1_000)]);
			expect(seqs(await readAll(log, "a"))).toEqual(Array.from({ length: n }, (_, index) => index + 1));
		});

		test("reports free space again after a check of `writable`", async () => {
			const clock = new ManualClock();
			await open({ clock, maxPendingBytes: 4_000 });
			const writable = vi.fn();
			log.onWritable(writable);
			for (let n = 1; log.writable; n++) log.append({ liveId: "a", events: [chat(n)] });
			await Promise.all([log.flush(), clock.advance(1_000)]);
			expect(writable).toHaveBeenCalledOnce();
		});

		test("stores pending events on close and rejects later appends", async () => {
			await open();
			log.append({ liveId: "a", events: chats(1, 500), cursor: cursorAt(500) });
			await log.close();
			expect(() => log.append({ liveId: "a", events: chats(1, 1) })).toThrow("closed");
			await expect(log.read("a")).rejects.toMatchObject({ code: "storage_closed" });
			await open();
			expect(await log.lastSeq("a")).toBe(500);
			expect(await log.cursor("a")).toEqual(cursorAt(500));
		});

		test("deletes old events, reports truncation, and reuses no seq", async () => {
			const clock = new ManualClock();
			await open({ clock, retention: { maxAgeMs: 60_000 } });
			log.append({ liveId: "a", events: chats(1, 300) });
			await Promise.all([log.flush(), clock.advance(100)]);
			await clock.advance(50_000);
			log.append({ liveId: "a", events: chats(301, 305) });
			await Promise.all([log.flush(), clock.advance(100)]);
			await clock.advance(20_000);
			await until(clock, async () => (await log.read("a")).oldestSeq === 301);
			const page = await log.read("a", { after: 7 });
			expect(page.truncated).toEqual({ from: 8, to: 300, reason: "retention" });
			expect(seqs(page.events)).toEqual([301, 302, 303, 304, 305]);
			await clock.advance(60_000);
			await until(clock, async () => (await log.read("a")).oldestSeq === 306);
			log.append({ liveId: "a", events: chats(306, 306) });
			await Promise.all([log.flush(), clock.advance(100)]);
			expect(seqs(await readAll(log, "a"))).toEqual([306]);
			expect((await log.read("a", { after: 300 })).truncated).toEqual({ from: 301, to: 305, reason: "retention" });
		});

		test("keeps the newest events of all rooms within maxBytes", async () => {
			const clock = new ManualClock();
			await open({ clock });
			for (let n = 0; n < 10; n++) {
				// Incompressible content.
				const events = chats(n * 200 + 1, n * 200 + 200).map((event) => ({
					...event,
					content: randomBytes(600).toString("base64"),
				}));
				for (const liveId of ["a", "b"]) log.append({ liveId, events });
				await Promise.all([log.flush(), clock.advance(900_000)]);
			}
			await until(clock, async () => log.status().storedBytes > 0);
			const goal = log.status().storedBytes / 2;
			log.setRetention({ maxBytes: goal });
			await until(clock, async () => log.status().storedBytes <= goal);
			for (const liveId of ["a", "b"]) {
				const { oldestSeq, lastSeq } = await log.read(liveId);
				expect(lastSeq).toBe(2_000);
				expect(oldestSeq).toBeGreaterThan(500);
				expect(oldestSeq).toBeLessThan(1_900);
				const kept = seqs(await readAll(log, liveId));
				expect(kept).toEqual(Array.from({ length: 2_001 - oldestSeq }, (_, index) => oldestSeq + index));
			}
		});

		test("counts a broadcast's events once across restarts and retention", async () => {
			const clock = new ManualClock();
			await open({ clock, retention: { maxAgeMs: 3_600_000 } });
			const append = async (...events: Parameters<EventLog["append"]>[0]["events"]) => {
				log.append({ liveId: "a", events });
				await Promise.all([log.flush(), clock.advance(100)]);
			};
			await append(service("broadcast_started", 1, { title: "晚场" }), ...chats(2, 9), gift(10, 5, { user: user(1) }));
			await log.broadcasts("a");
			await log.close();
			await open({ clock, retention: { maxAgeMs: 3_600_000 } });
			await append(
				service("connection", 11, { state: "reconnecting", reason: "network", message: "" }),
				service("connection", 12, { state: "reconnecting", reason: "network", message: "" }),
				service("connection", 13, { state: "connected", reason: "ok", message: "" }),
				service("gap", 14, { from: startMs, to: startMs + 2_500, reason: "network" }),
				gift(15, 7, { user: user(2) }),
				gift(16, 3, { user: user(1) }),
				gift(16, 3, { user: user(1) }),
			);
			await append(service("broadcast_ended", 61, { reason: "ended" }), ...chats(70, 75, { roomId: "broadcast-2" }));
			// Discovered when the service was started again.
			await append(service("broadcast_ended", 9_000, { reason: "offline" }, { roomId: "broadcast-2" }));
			const expected = {
				roomId: "broadcast-1",
				title: "晚场",
				startedAt: startMs + 1,
				endedAt: startMs + 61,
				durationMs: 60,
				firstSeq: 1,
				messages: { chat: 8, gift: 3 },
				users: 7,
				diamonds: 15,
				topGifters: [
					{ id: "1", secUid: "sec-1", nickname: "看客1", diamonds: 8 },
					{ id: "2", secUid: "sec-2", nickname: "看客2", diamonds: 7 },
				],
				reconnects: 1,
				gapMs: 2_500,
			};
			const late = {
				...{ roomId: "broadcast-2", endedAt: startMs + 75, durationMs: 5, messages: { chat: 6 }, users: 6 },
				lostSince: startMs + 75,
			};
			expect(await log.broadcasts("a")).toMatchObject([expected, late]);
			await clock.advance(7_200_000);
			await until(clock, async () => (await log.read("a")).events.length === 0);
			for (let round = 0; round < 20; round++) await clock.advance(1_000);
			expect(await log.broadcasts("a")).toMatchObject([expected, late]);
		});

		test("sums likes by minute, and keeps the site's total apart", async () => {
			const clock = new ManualClock();
			await open({ clock });
			const like = (n: number, count: number, total: number, at = startMs) =>
				({ ...chat(n, { at }), type: "like", count, total }) as never;
			// There were 5,000 before, and the site does not send every like.
			log.append({ liveId: "a", events: [like(1, 3, 5_003), like(2, 4, 5_100), like(3, 5, 5_200, startMs + 60_000)] });
			await Promise.all([log.flush(), clock.advance(100)]);
			const [broadcast] = await log.broadcasts("a");
			const { points } = await log.series("a", { from: startMs, to: startMs + 3_600_000, step: 1 });
			expect(points.map(({ likes }) => likes)).toEqual([7, 5]);
			expect(broadcast).toMatchObject({ likes: 12, siteLikes: 5_200 });
		});

		test("counts minutes and gifts once, and trims minutes with events", async () => {
			const clock = new ManualClock();
			const settings = { clock, retention: { maxAgeMs: 3_600_000 } };
			await open(settings);
			const append = async (...events: Parameters<EventLog["append"]>[0]["events"]) => {
				log.append({ liveId: "a", events });
				await Promise.all([log.flush(), clock.advance(100)]);
			};
			const span = { from: startMs, to: startMs + 3_600_000, step: 1 };
			await append(service("broadcast_started", 1, { title: "晚场" }), ...chats(2, 9), gift(10, 5, { user: user(1) }));
			for (let round = 0; round < 15; round++) await clock.advance(1_000);
			await log.close();
			await open(settings);
			await append(gift(11, 7, { user: user(2), giftId: "2", delta: 3 }), chat(12, { at: startMs + 60_000 }));
			const points = [
				{ at: startMs, messages: { chat: 8, gift: 2 }, viewers: null, peakViewers: null, likes: 0, diamonds: 12 },
				{ at: startMs + 60_000, messages: { chat: 1 }, viewers: null, peakViewers: null, likes: 0, diamonds: 0 },
			];
			expect(await log.series("a", span)).toEqual({ points, lastSeq: 12 });
			expect(await log.series("nobody", span)).toEqual({ points: [], lastSeq: 0 });
			expect(await log.gifts("a", "broadcast-1", 5)).toMatchObject({
				diamonds: 12,
				byKind: [
					{ giftId: "2", count: 3, diamonds: 7 },
					{ giftId: "1", name: "玫瑰", count: 1, diamonds: 5 },
				],
				byGiver: [
					{ secUid: "sec-2", diamonds: 7 },
					{ secUid: "sec-1", diamonds: 5 },
				],
			});
			expect((await log.gifts("a", "broadcast-1", 1))?.byGiver).toHaveLength(1);
			expect(await log.gifts("a", "broadcast-2", 5)).toBeUndefined();
			await clock.advance(7_200_000);
			await until(clock, async () => (await log.read("a")).events.length === 0);
			expect((await log.series("a", span)).points).toEqual([]);
			expect(await log.gifts("a", "broadcast-1", 5)).toMatchObject({
				diamonds: 12,
				byKind: [{ count: 3 }, { count: 1 }],
			});
			// Gifts stay known for longer than the events that brought them.
			expect(await log.knownGifts()).toMatchObject([
				{ giftId: "2", name: "玫瑰", diamondCount: 7 },
				{ giftId: "1", name: "玫瑰", image: "", diamondCount: 5 },
			]);
		});

		test("compares newcomers with earlier broadcasts whose people are known", async () => {
			const clock = new ManualClock();
			const settings = { clock, retention: { maxAgeMs: 3_600_000 } };
			await open(settings);
			const said = async (broadcast: number, people: readonly number[], from: number) => {
				const more = { roomId: `broadcast-${broadcast}` };
				const events = people.map((n, i) => chat(from + i, { ...more, user: user(n) }));
				log.append({ liveId: "a", events: [service("broadcast_started", from - 1, { title: "" }, more), ...events] });
				await Promise.all([log.flush(), clock.advance(100)]);
			};
			const counted = async () => {
				for (let round = 0; round < 15; round++) await clock.advance(1_000);
			};
			const newIn = (broadcast: number) => log.newcomers("a", `broadcast-${broadcast}`);
			await said(1, [1, 2, 2], 10);
			await said(2, [2, 3], 20);
			const first = { people: 2, newcomers: 2, comparedWith: 0 };
			const second = { people: 2, newcomers: 1, comparedWith: 1, since: startMs + 9 };
			// First nothing of it is counted, then its beginning, then everything.
			expect([await newIn(1), await newIn(2)]).toEqual([first, second]);
			await counted();
			expect([await newIn(1), await newIn(2)]).toEqual([first, second]);
			await said(3, [1, 3, 4, 5], 30);
			const third = { people: 4, newcomers: 2, comparedWith: 2, since: startMs + 9 };
			expect(await newIn(3)).toEqual(third);
			await said(1, [5], 40);
			expect(await newIn(3)).toEqual({ ...third, newcomers: 1 });
			await counted();
			expect(await newIn(3)).toEqual({ ...third, newcomers: 1 });
			expect(await newIn(9)).toBeUndefined();
			expect(await log.newcomers("nobody", "broadcast-1")).toBeUndefined();
			await clock.advance(7_200_000);
			await said(4, [1], 7_300_000);
			await until(clock, async () => (await newIn(3)) === undefined);
			expect(await newIn(4)).toMatchObject({ people: 1, newcomers: 1, comparedWith: 0 });
		});

		test("stores excessive gift values and impossible times without harm", async () => {
			const clock = new ManualClock();
			await open({ clock, retention: { maxAgeMs: 3_600_000 } });
			const maxInt = 2 ** 31 - 1;
			const huge = (n: number) =>
				gift(n, maxInt ** 3, { diamondCount: maxInt, count: maxInt, delta: maxInt ** 2, groupCount: maxInt });
			const like = { ...chat(4), type: "like", count: 1e300, total: 1e300 } as never;
			const viewers = { ...chat(5), type: "viewers", online: 1e300, total: "", top: [] } as never;
			log.append({ liveId: "a", events: [huge(1), huge(2), chat(3, { at: 1e300 }), like, viewers] });
			log.append({ liveId: "b", events: [...chats(1, 3), gift(4, 7)] });
			await Promise.all([log.flush(), clock.advance(100)]);
			const totals = async (liveId: string) => {
				const [broadcast] = await log.broadcasts(liveId);
				const series = await log.series(liveId, { from: 0, to: startMs * 2, step: 1 });
				return { broadcast, points: series.points, gifts: await log.gifts(liveId, "broadcast-1", 5) };
			};
			const expectTotals = async () => {
				const { broadcast, points, gifts } = await totals("a");
				const all = [broadcast?.diamonds, broadcast?.likes, broadcast?.peakViewers, gifts?.diamonds];
				const ofLists = [gifts?.byGiver[0]?.diamonds, gifts?.byKind[0]?.diamonds, gifts?.byKind[0]?.count];
				const ofPoints = points.flatMap(({ diamonds, likes }) => [diamonds, likes]).filter((sum) => sum > 0);
				for (const sum of [...all, ...ofLists, ...ofPoints]) expect(sum).toBe(Number.MAX_SAFE_INTEGER);
				expect(await totals("b")).toMatchObject({
					broadcast: { diamonds: 7, messages: { chat: 3, gift: 1 } },
					points: [{ messages: { chat: 3, gift: 1 } }],
				});
			};
			await expectTotals();
			for (let round = 0; round < 40; round++) await clock.advance(1_000);
			await expectTotals();
			log.append({ liveId: "a", events: [huge(6)] });
			log.append({ liveId: "b", events: [chat(6)] });
			await Promise.all([log.flush(), clock.advance(100)]);
			await clock.advance(7_200_000);
			for (const liveId of ["a", "b"]) await until(clock, async () => (await log.read(liveId)).events.length === 0);
			expect((await totals("a")).broadcast?.diamonds).toBe(Number.MAX_SAFE_INTEGER);
			expect((await log.knownGifts())[0]?.diamondCount).toBe(maxInt);
		});

		test("finds the service's own events at once among many others", async () => {
			const clock = new ManualClock();
			await open({ clock });
			const own = (n: number) => service("gap", n, { from: startMs, to: startMs + n, reason: "no_cursor" });
			log.append({ liveId: "a", events: [own(1), ...chats(2, 6_000), own(6_001)] });
			await until(clock, () => log.status().pendingEvents === 0);
			const types = ["gap", "connection"] as const;
			await until(clock, async () => (await log.read("a", { types })).caughtUp);
			expect(seqs((await log.read("a", { types })).events)).toEqual([1, 6_001]);
			log.append({ liveId: "a", events: [chat(6_002), own(6_003)] });
			await Promise.all([log.flush(), clock.advance(100)]);
			expect(seqs((await log.read("a", { types })).events)).toEqual([1, 6_001, 6_003]);
			expect(seqs((await log.read("a", { types, after: 1, limit: 1 })).events)).toEqual([6_001]);
			expect(seqs((await log.read("a", { types: ["gap"], from: startMs + 6_002 })).events)).toEqual([6_003]);
		});

		test("keeps rooms and options over restarts, listing no values", async () => {
			await open();
			await log.registry.keep("a", { cookie: "sessionid=hush", proxy: "http://u:p@127.0.0.1:1" });
			await log.registry.keep("b", { identity: "main", pinned: true });
			await log.registry.keep("a", { cookie: "sessionid=newer" });
			await log.registry.keep("c", {});
			expect(await log.registry.release("c")).toBe(true);
			expect(await log.registry.release("c")).toBe(false);
			await log.close();
			await open();
			const listed = await log.registry.list();
			expect(listed).toMatchObject([
				{ liveId: "a", hasCookie: true, hasProxy: false, identity: undefined },
				{ liveId: "b", hasCookie: false, hasProxy: false, identity: "main" },
			]);
			expect(JSON.stringify(listed)).not.toContain("newer");
			expect(await log.registry.load()).toEqual([
				{ liveId: "a", options: { cookie: "sessionid=newer" }, unreadable: false },
				{ liveId: "b", options: { identity: "main", pinned: true }, unreadable: false },
			]);
		});

		test("holds a stop against visits over restarts, until a start", async () => {
			await open();
			const refused = { code: "room_not_found" };
			await log.registry.keep("a", { visited: true });
			await log.registry.keep("b", { cookie: "sessionid=hush" });
			expect(await log.registry.stop("b", { always: false })).toBe(true);
			expect(await log.registry.stop("b", { always: false })).toBe(false);
			expect(await log.registry.stop("c", { always: false })).toBe(false);
			expect(await log.registry.stop("d", { always: true })).toBe(false);
			await log.close();
			await open();
			expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["a"]);
			const stored = await Promise.all(["a", "b", "c", "d"].map((liveId) => log.registry.get(liveId)));
			const visited = { liveId: "a", options: { visited: true }, unreadable: false };
			expect(stored).toEqual([visited, "stopped", undefined, "stopped"]);
			await expect(log.registry.keep("b", { visited: true })).rejects.toMatchObject(refused);
			await expect(log.registry.keep("d", { visited: true })).rejects.toMatchObject(refused);
			await log.registry.keep("b", {});
			await log.registry.keep("b", { visited: true });
			expect(await log.registry.release("a")).toBe(true);
			await log.registry.keep("a", { visited: true });
			expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["b", "a"]);
		});

		test("keeps identities over restarts in the order of their addition", async () => {
			await open();
			const { identities } = log;
			expect(await identities.load()).toEqual([]);
			await identities.put("main", { cookie: "sessionid=hush", proxy: "http://u:p@127.0.0.1:1", expiresAt: 5 });
			await identities.put("other", { cookie: "sessionid=x" });
			await identities.put("gone", {});
			expect(await identities.remove("gone")).toBe(true);
			expect(await identities.remove("gone")).toBe(false);
			await identities.put("main", { cookie: "sessionid=newer" });
			await log.close();
			await open();
			expect(await log.identities.load()).toMatchObject([
				{ name: "main", secrets: { cookie: "sessionid=newer" } },
				{ name: "other", secrets: { cookie: "sessionid=x" } },
			]);
			expect((await log.identities.load())[0]?.secrets).toEqual({ cookie: "sessionid=newer" });
		});

		test("keeps overlay tokens over restarts in order of creation", async () => {
			await open();
			const { overlayTokens } = log;
			expect(await overlayTokens.load()).toEqual([]);
			const shows = { settings: "theme=ink", test: undefined };
			const token = {
				name: "OBS 直播间",
				...shows,
				hash: Uint8Array.of(1, 2, 250),
				createdAt: 5,
				lastUsedAt: undefined,
			};
			await overlayTokens.add({ ...token, id: "b", liveId: "1001" });
			await overlayTokens.add({ ...token, id: "a", liveId: undefined });
			await overlayTokens.add({ ...token, id: "gone", liveId: "1001" });
			await overlayTokens.used("a", 7);
			await overlayTokens.used("nobody", 8);
			const change = { name: "右上", liveId: "1002", settings: "size=30" };
			for (const id of ["c", "d", "nobody"]) {
				if (id !== "nobody") await overlayTokens.add({ ...token, id, liveId: "1001" });
				await overlayTokens.change(id, change);
				await overlayTokens.change(id, { test: { id: "1", kind: "gift" } });
			}
			await overlayTokens.change("d", { liveId: undefined });
			expect(await overlayTokens.remove("gone")).toBe(true);
			expect(await overlayTokens.remove("gone")).toBe(false);
			await log.close();
			await expect(overlayTokens.load()).rejects.toMatchObject({ code: "storage_closed" });
			await open();
			const loaded = await log.overlayTokens.load();
			expect(loaded.map((one) => ({ ...one, hash: [...one.hash] }))).toEqual([
				{ ...token, id: "b", liveId: "1001", hash: [1, 2, 250] },
				{ ...token, id: "a", liveId: undefined, hash: [1, 2, 250], lastUsedAt: 7 },
				{ ...token, ...change, id: "c", test: { id: "1", kind: "gift" }, hash: [1, 2, 250] },
				{ ...token, ...change, id: "d", liveId: undefined, test: { id: "1", kind: "gift" }, hash: [1, 2, 250] },
			]);
		});

		test("keeps sounds and their content across a restart", async () => {
			await open();
			const sound = { name: "Ta-da", type: "audio/wav", bytes: 3, addedAt: 5 };
			// The maximum size of a sound, which fits into a NATS value.
			const file = (id: string) => Buffer.alloc(512 * 1024, id);
			const add = (id: string, name = id) => log.sounds.add({ ...sound, id, name }, file(id), 3);
			for (const id of ["b", "a", "c"]) expect(await add(id)).toBe(true);
			expect(await add("d")).toBe(false);
			expect(await log.sounds.read("d")).toBeUndefined();
			expect(await add("a", "renamed")).toBe(true);
			expect(await log.sounds.remove("c")).toBe(true);
			expect(await log.sounds.remove("c")).toBe(false);
			const both = await Promise.all([add("e"), add("f")]);
			expect(both.toSorted()).toEqual([false, true]);
			await log.close();
			await open();
			const sounds = await log.sounds.list();
			expect(sounds.map(({ id, name }) => [id, name])).toEqual([
				["b", "b"],
				["a", "renamed"],
				both[0] ? ["e", "e"] : ["f", "f"],
			]);
			expect(file("a").equals((await log.sounds.read("a")) ?? Buffer.alloc(0))).toBe(true);
			expect(await log.sounds.read("c")).toBeUndefined();
		});

		test("keeps the last note under each name over restarts", async () => {
			await open();
			expect(await log.notes.get("a")).toBeUndefined();
			await log.notes.put("a", { first: true });
			await log.notes.put("a", { 名: ["x", 1, null] });
			await log.notes.put("b", 0);
			await log.notes.put("gone", 1);
			await log.notes.remove("gone");
			await log.notes.remove("never there");
			await expect(log.notes.put("c", undefined)).rejects.toThrow(TypeError);
			await log.close();
			await expect(log.notes.get("a")).rejects.toMatchObject({ code: "storage_closed" });
			await open();
			expect(await log.notes.get("a")).toEqual({ 名: ["x", 1, null] });
			expect(await log.notes.get("b")).toBe(0);
			expect(await log.notes.get("c")).toBeUndefined();
			expect(await log.notes.get("gone")).toBeUndefined();
		});

		describeSearch(open);

		test("matches a list in memory under random use and restarts", async () => {
			await checkAgainstModel({
				...store,
				open: async (settings) => {
					log = await store.open(settings);
					return log;
				},
			});
		});
	});
}

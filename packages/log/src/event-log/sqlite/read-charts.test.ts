import { readFileSync, writeFileSync } from "node:fs";
import type { LiveEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Aggregates, type GiftKind, minuteMs, minuteOf } from "../charts.ts";
import { chat, chats, gift, service, startMs, user } from "../events.helpers.ts";
import { databasePath } from "./file-names.ts";
import { sqliteDefaults } from "./options.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const { retention } = sqliteDefaults;
/** Time between two rounds of upkeep, ms. */
const upkeepMs = 120_000;
const maxAgeMs = 4 * upkeepMs;
const span = { from: startMs - 1e9, to: startMs + 1e9, step: 1 };

interface Logged {
	seq: number;
	event: LiveEvent;
}

const base = { roomId: fc.constantFrom("broadcast-1", "broadcast-2", ""), after: fc.nat(400_000) };
const eventOf = fc.oneof(
	fc.record(base).map(
		({ roomId, after }) =>
			(n: number, at: number) =>
				chat(n, { roomId, at: at + after }),
	),
	fc.record({ ...base, giftId: fc.constantFrom("1", "2", "3"), delta: fc.nat(3), worth: fc.nat(3) }).map(
		({ roomId, after, giftId, delta, worth }) =>
			(n: number, at: number) =>
				gift(n, delta * worth, {
					roomId,
					at: at + after,
					giftId,
					giftName: `${giftId}#${n}`,
					delta,
					diamondCount: worth,
				}),
	),
	fc.record({ ...base, online: fc.nat(1_000) }).map(
		({ roomId, after, online }) =>
			(n: number, at: number) =>
				({ ...chat(n, { roomId, at: at + after }), type: "viewers", online }) as unknown as LiveEvent,
	),
	fc.record({ ...base, count: fc.nat(9) }).map(
		({ roomId, after, count }) =>
			(n: number, at: number) =>
				({ ...chat(n, { roomId, at: at + after }), type: "like", count, total: 0 }) as unknown as LiveEvent,
	),
	fc.record(base).map(
		({ roomId, after }) =>
			(n: number, at: number) =>
				service("gap", n, { from: at, to: at + 1, reason: "no_cursor" }, { roomId, at: at + after }),
	),
);
const step = fc.oneof(
	{ weight: 5, arbitrary: fc.array(eventOf, { maxLength: 20 }) },
	{ weight: 2, arbitrary: fc.constant("upkeep" as const) },
	{ weight: 1, arbitrary: fc.constant("restart" as const) },
	{ weight: 2, arbitrary: fc.nat(900_000).map((ms) => ({ ms })) },
);

/** Aggregates events in the plainest way. */
function naive(logged: readonly Logged[]): Map<number, Aggregates> {
	const minutes = new Map<number, Aggregates>();
	for (const { event } of logged) {
		const minute = minuteOf(event.at);
		const aggregates = minutes.get(minute) ?? { messages: {}, viewers: null, peakViewers: null, likes: 0, diamonds: 0 };
		minutes.set(minute, aggregates);
		if (event.method === "livekeeper") continue;
		aggregates.messages[event.type] = (aggregates.messages[event.type] ?? 0) + 1;
		if (event.type === "like") aggregates.likes += event.count;
		if (event.type === "gift") aggregates.diamonds += event.diamonds;
		if (event.type !== "viewers") continue;
		aggregates.viewers = event.online;
		aggregates.peakViewers = Math.max(aggregates.peakViewers ?? 0, event.online);
	}
	return minutes;
}

class Rig {
	readonly dataDir = temporaryFolder();
	writer = this.#open();
	reader = new SqliteReader(this.dataDir);
	now = startMs;

	upkeep(maxAge: number = retention.maxAgeMs): void {
		this.now += upkeepMs;
		while (this.writer.upkeep(this.now, { ...retention, maxAgeMs: maxAge }, 1_000).more);
	}

	restart(): void {
		this.close();
		this.open();
	}

	open(): void {
		this.writer = this.#open();
		this.reader = new SqliteReader(this.dataDir);
	}

	close(): void {
		this.reader.close();
		this.writer.close();
	}

	#open(): SqliteWriter {
		return new SqliteWriter({ dataDir: this.dataDir, fsync: false, suspect: false, now: startMs });
	}
}

test("sums each minute over upkeep, restarts and retention", () => {
	const rig = new Rig();
	let n = 0;
	let run = 0;
	let trimmed = 0;
	const check = (liveId: string, logged: readonly Logged[]) => {
		const { points, lastSeq } = rig.reader.series(liveId, span);
		const { oldestSeq, lastSeq: newest } = rig.reader.read(liveId, { limit: 1 });
		expect(lastSeq).toBe(newest);
		trimmed += oldestSeq - 1;
		const expected = naive(logged);
		const kept = logged.filter(({ seq }) => seq >= oldestSeq);
		// A minute exists while one of its events does.
		expect(points.map(({ at }) => minuteOf(at))).toEqual([...naive(kept).keys()].toSorted((a, b) => a - b));
		const gone = new Set(logged.filter(({ seq }) => seq < oldestSeq).map(({ event }) => minuteOf(event.at)));
		for (const { at, ...aggregates } of points) {
			// A minute that retention has partly deleted has at least its remaining events.
			if (!gone.has(minuteOf(at))) expect(aggregates).toEqual(expected.get(minuteOf(at)));
			else expect(aggregates.diamonds).toBeGreaterThanOrEqual(naive(kept).get(minuteOf(at))?.diamonds ?? 0);
		}
		const types = ["gap", "connection"] as const;
		const own = kept.filter(({ event }) => event.type === "gap").map(({ seq }) => seq);
		expect(rig.reader.read(liveId, { types }).events.map(({ seq }) => seq)).toEqual(own);
	};
	fc.assert(
		fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
			const liveId = `room-${++run}`;
			const logged: Logged[] = [];
			for (const one of steps) {
				if (one === "upkeep") rig.upkeep(maxAgeMs);
				else if (one === "restart") rig.restart();
				else if (!Array.isArray(one)) rig.now += one.ms;
				else {
					const events = one.map((make) => make(++n, rig.now));
					commit(rig.writer, rig.now, { liveId, events });
					for (const event of events) logged.push({ seq: logged.length + 1, event });
				}
				check(liveId, logged);
			}
		}),
		{ numRuns: 100 },
	);
	// Retention did delete something in these runs.
	expect(trimmed).toBeGreaterThan(0);
	rig.close();
});

test("sums gifts by kind and giver over upkeep and restarts", () => {
	const rig = new Rig();
	let n = 0;
	let run = 0;
	fc.assert(
		fc.property(fc.array(step, { maxLength: 10 }), fc.integer({ min: 1, max: 4 }), (steps, max) => {
			const liveId = `room-${++run}`;
			const gifts: Extract<LiveEvent, { type: "gift" }>[] = [];
			for (const one of steps) {
				if (one === "upkeep") rig.upkeep();
				else if (one === "restart") rig.restart();
				else if (Array.isArray(one)) {
					const events = one.map((make) => make(++n, rig.now));
					commit(rig.writer, rig.now, { liveId, events });
					gifts.push(...events.filter((event) => event.type === "gift" && event.roomId === "broadcast-1").map(asGift));
				}
			}
			const given = rig.reader.gifts(liveId, "broadcast-1", max);
			if (gifts.length > 0) expect(given).toBeDefined();
			expect(given?.byKind ?? []).toEqual(kindsOf(gifts).slice(0, max));
			expect(given?.diamonds ?? 0).toBe(gifts.reduce((sum, { diamonds }) => sum + diamonds, 0));
			const givers = new Map<string, number>();
			for (const { user: giver, diamonds } of gifts) {
				if (diamonds > 0) givers.set(giver?.nickname ?? "", (givers.get(giver?.nickname ?? "") ?? 0) + diamonds);
			}
			const best = [...givers.values()].toSorted((a, b) => b - a).slice(0, max);
			expect(given?.byGiver.map(({ diamonds }) => diamonds) ?? []).toEqual(best);
			for (const { nickname, diamonds } of given?.byGiver ?? []) expect(givers.get(nickname)).toBe(diamonds);
		}),
		{ numRuns: 100 },
	);
	rig.close();
});

const asGift = (event: LiveEvent) => event as Extract<LiveEvent, { type: "gift" }>;

function kindsOf(gifts: readonly Extract<LiveEvent, { type: "gift" }>[]): GiftKind[] {
	const ids = [...new Set(gifts.map(({ giftId }) => giftId))];
	const kinds = ids.map((giftId) => {
		const all = gifts.filter((one) => one.giftId === giftId);
		const last = all.at(-1);
		const count = all.reduce((sum, { delta }) => sum + delta, 0);
		const diamonds = all.reduce((sum, one) => sum + one.diamonds, 0);
		return { giftId, count, diamonds, name: last?.giftName, image: "", diamondCount: last?.diamondCount } as GiftKind;
	});
	return kinds.toSorted((a, b) => b.diamonds - a.diamonds || b.count - a.count || (a.giftId < b.giftId ? -1 : 1));
}

test("joins minutes into longer spans, counted from the first", () => {
	const rig = new Rig();
	const at = (minute: number) => ({ at: startMs + minute * minuteMs });
	const viewers = (n: number, minute: number, online: number) =>
		({ ...chat(n, at(minute)), type: "viewers", online }) as unknown as LiveEvent;
	const events = [
		chat(1, at(0)),
		viewers(2, 1, 50),
		gift(3, 7, at(1)),
		viewers(4, 2, 20),
		chat(5, at(3)),
		viewers(6, 9, 3),
	];
	commit(rig.writer, rig.now, { liveId: "a", events });
	const read = (from: number, to: number, step: number) =>
		rig.reader
			.series("a", { from: startMs + from * minuteMs, to: startMs + to * minuteMs, step })
			.points.map(({ at: begin, ...aggregates }) => ({ minute: (begin - startMs) / minuteMs, ...aggregates }));
	const expected = [
		{ minute: 1, messages: { viewers: 2, gift: 1 }, viewers: 20, peakViewers: 50, likes: 0, diamonds: 7 },
		{ minute: 3, messages: { chat: 1 }, viewers: null, peakViewers: null, likes: 0, diamonds: 0 },
	];
	expect(read(1, 9, 2)).toEqual(expected);
	rig.upkeep();
	expect(read(1, 9, 2)).toEqual(expected);
	expect(read(1.5, 8.5, 2)).toEqual(expected);
	expect(read(1, 8.5, 2).length + read(9, 9.1, 2).length).toBe(3);
	expect(read(0, 9, 100)).toMatchObject([{ minute: 0, messages: { chat: 2 }, viewers: 20 }]);
	rig.close();
});

test("marks a giver with a masked name", () => {
	const rig = new Rig();
	const hidden = { ...user(1), nickname: "看***", masked: true };
	commit(rig.writer, rig.now, { liveId: "a", events: [gift(1, 5, { user: hidden }), gift(2, 3)] });
	const marks = () => rig.reader.gifts("a", "broadcast-1", 10)?.byGiver.map(({ masked }) => masked);
	expect(marks()).toEqual([true, false]);
	rig.upkeep();
	expect(marks()).toEqual([true, false]);
	rig.close();
});

test("keeps the ten best gifts after a broadcast's events", () => {
	const rig = new Rig();
	const gifts = Array.from({ length: 400 }, (_, n) => gift(n, n, { giftId: `g${n}`, giftName: `礼物${n}` }));
	commit(rig.writer, rig.now, { liveId: "a", events: gifts });
	commit(rig.writer, rig.now + maxAgeMs, { liveId: "a", events: [chat(500, { roomId: "broadcast-2" })] });
	const before = rig.reader.gifts("a", "broadcast-1", 100);
	expect(before?.byKind).toHaveLength(100);
	rig.now += maxAgeMs + upkeepMs;
	rig.upkeep(maxAgeMs);
	rig.upkeep(maxAgeMs);
	expect(rig.reader.read("a", {}).events).toHaveLength(1);
	expect(rig.reader.gifts("a", "broadcast-1", 100)).toMatchObject({
		diamonds: before?.diamonds,
		byKind: before?.byKind.slice(0, 10),
	});
	expect(rig.reader.gifts("a", "broadcast-9", 10)).toBeUndefined();
	expect(rig.reader.gifts("nobody", "broadcast-1", 10)).toBeUndefined();
	rig.close();
});

test("counts only its own events after a log set aside", () => {
	const rig = new Rig();
	commit(rig.writer, rig.now, { liveId: "a", events: [...chats(1, 50), gift(51, 9)] });
	rig.upkeep();
	rig.close();
	const path = databasePath(rig.dataDir);
	writeFileSync(path, readFileSync(path).fill(0xa5, 4_096));
	rig.open();
	expect(rig.writer.findings).toMatchObject([{ found: "corrupt" }]);
	commit(rig.writer, rig.now, { liveId: "a", events: [...chats(40, 60), gift(61, 2)] });
	const seen = () => {
		const { points, lastSeq } = rig.reader.series("a", span);
		expect(lastSeq).toBe(rig.reader.lastSeq("a"));
		return [points.map(({ messages }) => messages), rig.reader.gifts("a", "broadcast-1", 9)?.diamonds];
	};
	const before = seen();
	expect(before).toEqual([[{ chat: 21, gift: 1 }], 2]);
	rig.upkeep();
	expect(seen()).toEqual(before);
	rig.close();
});

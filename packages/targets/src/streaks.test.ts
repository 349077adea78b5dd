import type { LastNotified } from "@livekeeper/client/filter";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { makeBatch, remakeBatch } from "./batch.ts";
import { type Gathered, Selection } from "./gather.ts";
import { MemoryLog } from "./memory-log.helpers.ts";
import { Pace } from "./pace.ts";
import { hook } from "./store-conformance.helpers.ts";
import { type Target, withDelivered } from "./target.ts";

interface Sent {
	seq: number;
	/** Number of gifts; `undefined` if it is no gift. */
	gifts: number | undefined;
}

/** Gathers for people from a log, and stores its position as a lane does. */
class Reader {
	readonly log = new MemoryLog();
	readonly sent: Sent[] = [];
	readonly selection: Selection;
	#stored = JSON.stringify({ after: 0, lastNotified: {} });

	constructor(more: Partial<Target> = {}) {
		const target = hook("tgt_1", more);
		this.selection = new Selection(target, new Pace(target.pace), { forPeople: true });
	}

	step(streak: string, count: number, delta: number, at: number, more: object = {}): void {
		const worth = { diamond_count: 10, diamonds: 10 * delta, group_count: 1 };
		const of = { type: "gift", streak_id: streak, count, delta, final: false, ...worth, received_at: at, ...more };
		this.log.record("a", of as never);
	}

	chat(at: number): void {
		this.log.record("a", { type: "chat", content: "你好", received_at: at });
	}

	/** @param isAccepted `false`: the process dies before the position is stored */
	async read(now: number, isAccepted = true): Promise<Gathered> {
		const { after, lastNotified } = JSON.parse(this.#stored) as { after: number; lastNotified: LastNotified };
		const found = await this.selection.gather(this.log, { liveId: "a", after, lastNotified, now, isOver: () => false });
		if (!isAccepted) return found;
		this.sent.push(...found.events.map(({ seq }) => ({ seq, gifts: found.chosen?.gifts?.[seq] })));
		this.#stored = JSON.stringify({ after: found.nextAfter, lastNotified: found.lastNotified });
		return found;
	}

	async drain(now: number): Promise<Gathered> {
		for (;;) {
			const found = await this.read(now);
			if (found.caughtUp) return found;
		}
	}

	get lastNotified(): object {
		return JSON.parse(this.#stored).lastNotified;
	}
}

test("sends a streak once, at its end", async () => {
	const reader = new Reader();
	for (let n = 1; n <= 30; n++) {
		reader.step("s", n, 1, n * 500);
		reader.chat(n * 500);
		expect((await reader.drain(n * 500)).undecided).toBe(true);
	}
	expect(reader.sent.filter(({ gifts }) => gifts)).toEqual([]);
	reader.step("s", 30, 0, 18_000, { final: true });
	await reader.drain(18_000);
	expect(reader.sent.filter(({ gifts }) => gifts)).toEqual([{ seq: 59, gifts: 30 }]);
	expect(reader.sent).toHaveLength(31);
	expect(reader.lastNotified).toEqual({});
});

test("sends a streak without an end", async () => {
	const reader = new Reader();
	reader.step("s", 3, 3, 1_000);
	const { dueAt } = await reader.drain(1_000);
	expect(dueAt).toBe(11_001);
	await reader.drain(dueAt ?? 0);
	expect(reader.sent).toEqual([{ seq: 1, gifts: 3 }]);
	reader.step("s", 5, 2, 30_000, { final: true });
	await reader.drain(30_000);
	expect(reader.sent).toEqual([
		{ seq: 1, gifts: 3 },
		{ seq: 2, gifts: 2 },
	]);
});

test("reports the increase of a long streak each minute", async () => {
	const reader = new Reader();
	for (let n = 1; n <= 150; n++) reader.step("s", n, 1, n * 1_000, { final: n === 150 });
	await reader.drain(150_000);
	expect(reader.sent.map(({ gifts }) => gifts)).toEqual([61, 61, 28]);
});

test("sends nothing for steps that add nothing", async () => {
	const reader = new Reader();
	reader.step("s", 8, 0, 1_000, { final: true });
	reader.step("t", 8, 0, 1_000);
	await reader.drain(60_000);
	expect(reader.sent).toEqual([]);
});

test("counts gifts that only the push connection reports", async () => {
	const reader = new Reader();
	for (let n = 1; n <= 3; n++) reader.step("s", n, 0, n, { evidence: { delta: 1, diamonds: 10 }, final: n === 3 });
	await reader.drain(10);
	expect(reader.sent).toEqual([{ seq: 3, gifts: 3 }]);
});

test("compares the whole streak with the minimum value", async () => {
	const reader = new Reader({ filter: { types: ["gift"], gift: { minDiamonds: 100, of: "streak" } } });
	for (let n = 1; n <= 30; n++) reader.step("s", n, 1, n, { final: n === 30 });
	for (let n = 1; n <= 9; n++) reader.step("t", n, 1, n, { final: n === 9 });
	await reader.drain(60_000);
	expect(reader.sent).toEqual([{ seq: 30, gifts: 30 }]);
	expect(reader.lastNotified).toEqual({});
});

test("delays a digest until the streaks at its end close", async () => {
	const reader = new Reader({ pace: { digestMinutes: 1 } });
	reader.chat(1_000);
	reader.step("s", 1, 1, 58_000);
	expect(await reader.read(59_000)).toMatchObject({ events: [], dueAt: 60_000 });
	expect(await reader.read(60_000)).toMatchObject({ events: [], dueAt: 68_001, undecided: true });
	reader.step("s", 1, 0, 61_000, { final: true });
	expect((await reader.read(61_200)).events.map(({ seq }) => seq)).toEqual([1, 2]);
});

test("counts no step twice after a power cut", async () => {
	const reader = new Reader();
	const had = { id: "9", at: 0 };
	reader.step("s", 1, 1, 0);
	reader.step("s", 2, 1, 0, had);
	reader.step("s", 3, 1, 0, { final: true });
	const before = withDelivered(undefined, [{ json: JSON.stringify({ ...had, method: "m" }) }], false);
	const delivered = withDelivered(before, [], true);
	const from = { liveId: "a", after: 0, lastNotified: {}, delivered, now: 0, isOver: () => false };
	const { chosen, lastNotified } = await reader.selection.gather(reader.log, from);
	expect(chosen).toEqual({ seqs: [3], gifts: { 3: 1 } });
	expect(lastNotified).toEqual({});
});

const steps = fc.array(
	fc.record({
		streak: fc.constantFrom("s", "t", "u"),
		adds: fc.integer({ min: 0, max: 3 }),
		final: fc.boolean(),
		afterMs: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 30_000 })),
		next: fc.constantFrom("nothing", "read", "crash"),
	}),
	{ maxLength: 60 },
);

test("sends every gift once, whenever the reader restarts", async () => {
	await fc.assert(
		fc.asyncProperty(steps, fc.constantFrom(undefined, 1), async (script, digestMinutes) => {
			const reader = new Reader({ pace: { digestMinutes } });
			const counts: Record<string, number> = {};
			let now = 0;
			for (const { streak, adds, final, afterMs, next } of script) {
				now += afterMs;
				counts[streak] = (counts[streak] ?? 0) + adds;
				reader.step(streak, counts[streak], adds, now, { final });
				reader.chat(now);
				if (next === "nothing") continue;
				const found = await reader.read(now, next === "read");
				const range = makeBatch({ targetId: "t", liveId: "a", ...found });
				const { log, selection } = reader;
				const again = await remakeBatch(log, { targetId: "t", liveId: "a", selection, range });
				expect(again?.deliveryId).toBe(range.deliveryId);
			}
			await reader.drain(now + 120_000);
			const seqs = reader.sent.map(({ seq }) => seq);
			expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
			expect(reader.sent.filter(({ gifts }) => gifts === undefined)).toHaveLength(script.length);
			const gifts = reader.sent.reduce((sum, sent) => sum + (sent.gifts ?? 0), 0);
			expect(gifts).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0));
			expect(reader.sent.some((sent) => sent.gifts === 0)).toBe(false);
			expect(reader.lastNotified).toEqual({});
		}),
		{ numRuns: 150 * inject("rounds") },
	);
});

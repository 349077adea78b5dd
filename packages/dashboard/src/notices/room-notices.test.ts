import type { RoomEvent } from "@livekeeper/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RoomNotices } from "./room-notices.ts";

const holdMs = 30_000;
const base = { id: "1", live_id: "a", room_id: "r", method: "m", at: 0, received_at: 0 };
const event = (seq: number, rest: object) => ({ ...base, seq, ...rest }) as unknown as RoomEvent;

/** Returns the notices for events that arrive at these times. Settles at each arrival and at each due time. */
async function noticed(notices: RoomNotices, coming: readonly (readonly [number, RoomEvent])[]): Promise<RoomEvent[]> {
	const found: RoomEvent[] = [];
	let dueAt: number | undefined;
	const settleUntil = async (now: number) => {
		while (dueAt !== undefined && dueAt <= now) await settle(dueAt);
	};
	const settle = async (now: number) => {
		const settled = await notices.settle(now);
		found.push(...settled.held);
		({ dueAt } = settled);
	};
	for (const [at, one] of coming) {
		await settleUntil(at);
		if (notices.add(one, at)) found.push(one);
		else await settle(at);
	}
	await settleUntil(Number.POSITIVE_INFINITY);
	return found;
}

const states = ["connected", "reconnecting"] as const;

test("notices each lasting state once, and no flapping", async () => {
	const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.constantFrom(...states)), {
		maxLength: 30,
	});
	await fc.assert(
		fc.asyncProperty(changes, async (waits) => {
			let at = 0;
			const times = waits.map(([wait]) => (at += wait));
			const coming = waits.map(([, state], i) => {
				return [times[i] ?? 0, event(i + 1, { type: "connection", state })] as const;
			});
			const found = await noticed(new RoomNotices({ types: [], states: ["silent"] }, holdMs), coming);
			// The model: runs of one state, of which only the lasting ones count.
			const expected: string[] = [];
			for (let i = 0; i < coming.length; ) {
				let next = i + 1;
				while (next < coming.length && waits[next]?.[1] === waits[i]?.[1]) next++;
				const [begun, ended] = [coming[i]?.[0] ?? 0, coming[next]?.[0] ?? Number.POSITIVE_INFINITY];
				const state = waits[i]?.[1] ?? "connected";
				if (ended - begun >= holdMs && (expected.at(-1) ?? "connected") !== state) expected.push(state);
				i = next;
			}
			expect(found.map((one) => (one.type === "connection" ? one.state : one.type))).toEqual(expected);
		}),
	);
});

test("notices once if a flapping room stays away, otherwise never", async () => {
	const flapping = (last: number) =>
		Array.from({ length: last }, (_, i) => {
			return [i * 1_000, event(i + 1, { type: "connection", state: states[(i + 1) % 2] })] as const;
		});
	const notices = () => new RoomNotices({ types: [], states: ["silent"] }, holdMs);
	expect(await noticed(notices(), flapping(99))).toHaveLength(1);
	expect(await noticed(notices(), flapping(100))).toEqual([]);
});

test("ignores the service's clock and restarted sequence numbers", async () => {
	const at = Date.UTC(2026, 0, 2);
	const coming = [
		[at, event(5_000, { type: "broadcast_started", title: "", received_at: 1 })],
		[at + 1, event(1, { type: "broadcast_ended", reason: "", received_at: at * 2 })],
		[at + 2, event(2, { type: "broadcast_started", title: "", received_at: 3 })],
	] as const;
	const found = await noticed(new RoomNotices({ types: [], states: ["live", "ended"] }, holdMs), coming);
	expect(found.map(({ type }) => type)).toEqual(["broadcast_started"]);
});

test("notices a direct match at once, while states still wait", async () => {
	const gift = { type: "gift", count: 1, delta: 1, group_count: 1 };
	const notices = new RoomNotices(
		{ types: ["gift"], states: ["ended"], gift: { minDiamonds: 500, of: "streak" } },
		holdMs,
	);
	const coming = [
		[0, event(1, { type: "broadcast_ended", reason: "" })],
		[1, event(2, { ...gift, streak_id: "a", diamond_count: 499, final: true })],
		[2, event(3, { ...gift, streak_id: "b", diamond_count: 500, final: true })],
	] as const;
	expect((await noticed(notices, coming)).map(({ type }) => type)).toEqual(["gift", "broadcast_ended"]);
});

const step = (seq: number, streak: string, count: number, delta: number, more: object = {}) =>
	event(seq, { type: "gift", streak_id: streak, count, delta, diamond_count: 10, diamonds: 10 * delta, ...more });
/** Returns the number of gifts and diamonds of each gift notice. */
function giftsOf(found: readonly RoomEvent[]): [gifts: number, diamonds: number][] {
	return found.flatMap((one) => (one.type === "gift" ? [[one.delta, one.diamonds] as [number, number]] : []));
}

test("notices an ended combo once, with its total", async () => {
	const combo = Array.from({ length: 30 }, (_, i) => [i * 500, step(i + 1, "s", i + 1, 1)] as const);
	const notices = () => new RoomNotices({ types: ["gift"], states: [] }, holdMs);
	const ended = [...combo, [15_000, step(31, "s", 30, 0, { final: true })] as const];
	expect(giftsOf(await noticed(notices(), ended))).toEqual([[30, 300]]);
	// The end of a combo may never be reported.
	expect(giftsOf(await noticed(notices(), combo))).toEqual([[30, 300]]);
	// A combo below the minimum value gives no notice, and neither do steps that add nothing.
	const rules = { types: ["gift" as const], states: [], gift: { minDiamonds: 301, of: "streak" as const } };
	expect(await noticed(new RoomNotices(rules, holdMs), ended)).toEqual([]);
	expect(await noticed(notices(), [[0, step(1, "s", 8, 0, { final: true })]])).toEqual([]);
});

test("notices a long combo each minute, and overlapping combos separately", async () => {
	const coming = Array.from({ length: 150 }, (_, i) => [
		[i * 1_000, step(2 * i + 1, "s", i + 1, 1, { final: i === 149 })] as const,
		[i * 1_000, step(2 * i + 2, `t${Math.floor(i / 10)}`, (i % 10) + 1, 1, { final: i % 10 === 9 })] as const,
	]).flat();
	const found = giftsOf(await noticed(new RoomNotices({ types: ["gift"], states: [] }, holdMs), coming));
	expect(found.filter(([gifts]) => gifts === 10)).toHaveLength(15);
	expect(found.filter(([gifts]) => gifts !== 10).map(([gifts]) => gifts)).toEqual([61, 61, 28]);
});

test("notices every gift once, however combos overlap and end", async () => {
	const steps = fc.array(
		fc.record({
			streak: fc.constantFrom("s", "t", "u"),
			adds: fc.integer({ min: 0, max: 3 }),
			final: fc.boolean(),
			afterMs: fc.integer({ min: 0, max: 15_000 }),
		}),
		{ maxLength: 60 },
	);
	await fc.assert(
		fc.asyncProperty(steps, async (script) => {
			const counts: Record<string, number> = {};
			let at = 0;
			const coming = script.map(({ streak, adds, final, afterMs }, i) => {
				counts[streak] = (counts[streak] ?? 0) + adds;
				at += afterMs;
				return [at, step(i + 1, streak, counts[streak], adds, { final })] as const;
			});
			const found = giftsOf(await noticed(new RoomNotices({ types: ["gift"], states: ["live"] }, holdMs), coming));
			const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
			expect(sum(found.map(([gifts]) => gifts))).toBe(sum(Object.values(counts)));
			expect(found.every(([gifts, diamonds]) => gifts > 0 && diamonds === 10 * gifts)).toBe(true);
		}),
	);
});

import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QualityScore } from "./quality-score.ts";
import {
	type Counter,
	type Counts,
	CountWindow,
	counters,
	type QualityParts,
	qualityOf,
	scoreOf,
	valuesOf,
} from "./score.ts";

const minute = 60_000;
const hour = 60 * minute;
const up = { due: true, connected: true, silent: false };
const down = { due: true, connected: false, silent: false };

class Room {
	readonly quality = new QualityScore();
	now = new ManualClock().now();

	constructor() {
		this.quality.look(this.now, up);
	}

	pass(ms: number, state = up): void {
		for (const end = this.now + ms; this.now < end; ) {
			this.now = Math.min(end, this.now + 5000);
			this.quality.look(this.now, state);
		}
	}

	scores(): (number | undefined)[] {
		return Object.values(this.quality.quality()).map((quality) => quality && Math.round(quality.score));
	}
}

describe("quality of a room", () => {
	test("is 100 when all is well, unknown before", () => {
		const room = new Room();
		expect(room.scores()).toEqual([undefined, undefined, undefined]);
		room.quality.count({ messages: 10, latencyMs: 40, latencies: 1 });
		room.pass(minute);
		expect(room.scores()).toEqual([100, 100, 100]);
	});

	test("is unknown in the first seconds", () => {
		const room = new Room();
		room.pass(9_999, down);
		expect(room.scores()).toEqual([undefined, undefined, undefined]);
		room.pass(1, down);
		expect(room.scores()).toEqual([0, 0, 0]);
	});

	test("separates the last 5 minutes, hour and day", () => {
		const room = new Room();
		room.pass(2 * hour, down);
		room.pass(30 * minute);
		const { "5m": short, "1h": middle, "24h": long } = room.quality.quality();
		expect(short?.parts.uptime).toBe(1);
		expect(middle?.parts.uptime).toBeCloseTo(0.5, 1);
		expect(long?.parts.uptime).toBeCloseTo(0.2, 2);
	});

	test.each([
		["down", down],
		["mute", { due: true, connected: true, silent: true }],
	])("is 0 while it is %s", (_, state) => {
		const room = new Room();
		room.pass(10 * minute, state);
		expect(room.scores()[0]).toBe(0);
	});

	test("expires a span after the end of the broadcast", () => {
		const room = new Room();
		room.pass(10 * minute);
		room.pass(10 * minute, { due: false, connected: false, silent: false });
		expect(room.scores()).toEqual([undefined, 100, 100]);
	});

	test.each([
		[{ reconnects: 6 }, 87.5],
		[{ gapMs: 0.5 * hour }, 80],
		[{ gapMs: 2 * hour }, 60],
		[{ decodeErrors: 1 }, 90],
		[{ diamondsSeen: 30, diamondsMissing: 10 }, 100 - (100 * 0.4 * 0.25) / 1.4],
		[{ latencyMs: 5000, latencies: 1 }, 92.5],
	])("falls by its documented formula: %j in an hour", (counts, score) => {
		const room = new Room();
		room.pass(hour);
		room.quality.count({ messages: 100, latencyMs: 200, latencies: 1 });
		room.quality.count(counts);
		expect(room.quality.quality()["1h"]?.score).toBeCloseTo(score, 9);
	});

	test.each([-24 * hour, hour, 365 * 24 * hour])("ignores a clock that jumps by %i ms", (jump) => {
		const room = new Room();
		room.pass(4 * minute);
		room.now += jump;
		room.pass(minute, down);
		const uptime = room.quality.quality()["5m"]?.parts.uptime;
		// At most half a minute of the jump counts.
		expect(uptime).toBeGreaterThan(0.72);
		expect(uptime).toBeLessThan(0.82);
	});
});

test("shows each two minutes of the last hour", () => {
	const room = new Room();
	const mute = { due: true, connected: true, silent: true };
	const notDue = { due: false, connected: false, silent: false };
	expect(room.quality.lastHour()).toEqual(new Array(30).fill("none"));
	room.pass(2 * hour, notDue);
	room.pass(4 * minute);
	room.pass(2 * minute, down);
	room.pass(minute);
	room.pass(minute, mute);
	room.pass(minute);
	room.quality.count({ gapMs: 5 });
	room.pass(minute);
	room.pass(30_000);
	const strip = room.quality.lastHour();
	expect(strip).toHaveLength(30);
	expect(strip.slice(-7)).toEqual(["none", "ok", "ok", "lost", "partly", "partly", "ok"]);
	// The oldest leave it as time passes.
	room.pass(54 * minute);
	expect(room.quality.lastHour().slice(0, 4)).toEqual(["partly", "partly", "ok", "ok"]);
});

const part = fc.double({ min: 0, max: 1, noNaN: true });
const names = ["uptime", "silence", "reconnects", "gaps", "latency", "decoding", "completeness"] as const;
const someParts = fc.record<QualityParts>(
	{ uptime: part, silence: part, reconnects: part, gaps: part, latency: part, decoding: part, completeness: part },
	{ requiredKeys: ["uptime", "reconnects", "gaps"] },
);

test("is from 0 to 100 and monotonic in its parts", () => {
	fc.assert(
		fc.property(someParts, fc.constantFrom(...names), part, (parts, name, value) => {
			const score = scoreOf(parts);
			expect(score).toBeGreaterThanOrEqual(0);
			expect(score).toBeLessThanOrEqual(100 + 1e-9);
			if (parts[name] === undefined || value < (parts[name] ?? 0)) return;
			expect(scoreOf({ ...parts, [name]: value })).toBeGreaterThanOrEqual(score - 1e-9);
		}),
	);
});

const someCounts = fc.record(
	Object.fromEntries(counters.map((counter) => [counter, fc.integer({ min: 0, max: 10 * hour })])) as Record<
		Counter,
		fc.Arbitrary<number>
	>,
);
const bad: Counter[] = ["silentMs", "reconnects", "gapMs", "decodeErrors", "diamondsMissing"];

test("never rises with one more bad count", () => {
	fc.assert(
		fc.property(someCounts, fc.constantFrom(...bad), fc.nat(hour), (counts: Counts, counter, more) => {
			// Without these an unknown part would become known.
			const known = {
				...counts,
				dueMs: counts.dueMs + 10_000,
				messages: counts.messages + 1,
				diamondsSeen: counts.diamondsSeen + 1,
			};
			const before = qualityOf(known)?.score ?? Number.NaN;
			const after = qualityOf({ ...known, [counter]: known[counter] + more })?.score ?? Number.NaN;
			expect(after).toBeLessThanOrEqual(before + 1e-9);
			expect(after).toBeGreaterThanOrEqual(0);
		}),
	);
});

test("ignores invalid counts", () => {
	const room = new Room();
	room.pass(10 * minute);
	room.quality.count({ messages: Number.NaN, decodeErrors: -5, latencyMs: Number.POSITIVE_INFINITY });
	expect(room.scores()).toEqual([100, 100, 100]);
});

test("keeps a span's counts, give or take a bucket", () => {
	const additions = fc.array(fc.record({ after: fc.nat(400), count: fc.nat(9) }), { maxLength: 80 });
	fc.assert(
		fc.property(additions, (steps) => {
			const window = new CountWindow(1000, 10);
			const all: { at: number; count: number }[] = [];
			let at = 0;
			for (const { after, count } of steps) {
				at += after;
				window.add(at, valuesOf({ messages: count }));
				all.push({ at, count });
			}
			const since = (ms: number) => all.filter((one) => one.at > at - ms).reduce((sum, one) => sum + one.count, 0);
			const { messages } = window.totals(at);
			expect(messages).toBeGreaterThanOrEqual(since(1000));
			expect(messages).toBeLessThanOrEqual(since(1101));
		}),
	);
});

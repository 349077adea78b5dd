import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { QualityMeter, type QualityTotals } from "./quality-meter.ts";

const minute = 60_000;
const nothing: QualityTotals = {
	reconnects: 0,
	gapMs: 0,
	latencyMs: 0,
	latencies: 0,
	messages: 0,
	decodeErrors: 0,
};
const up = { due: true, connected: true, silent: false };
const notDue = { due: false, connected: false, silent: false };

class Watched {
	readonly meter = new QualityMeter(30_000);
	now = new ManualClock().now();
	totals = nothing;

	constructor() {
		this.look();
	}

	look(state = up): void {
		this.meter.look(this.now, state, this.totals);
	}

	pass(ms: number, state = up): void {
		for (const end = this.now + ms; this.now < end; ) {
			this.now += 5000;
			this.look(state);
		}
	}
}

test("counts counter increments once each", () => {
	const room = new Watched();
	room.totals = { ...nothing, messages: 100, decodeErrors: 1, reconnects: 1 };
	room.pass(10 * minute);
	const parts = room.meter.quality()["1h"]?.parts;
	expect(parts).toMatchObject({ uptime: 1, decoding: 0.5 });
	expect(parts?.reconnects).toBeCloseTo(0.5, 5);
});

test("adds a history point per 5 minutes", () => {
	const room = new Watched();
	const start = room.now;
	room.pass(4 * minute);
	expect(room.meter.history()).toEqual([]);
	room.pass(7 * minute);
	expect(room.meter.history().map(({ at, quality }) => [(at - start) / minute, quality?.score])).toEqual([
		[5, 100],
		[10, 100],
	]);
	expect(room.meter.history()[0]?.quality?.parts).toEqual({ uptime: 1, silence: 1, reconnects: 1, gaps: 1 });
});

test("adds an unknown point while the room is not due", () => {
	const room = new Watched();
	room.pass(5 * minute);
	room.pass(20 * minute, notDue);
	expect(room.meter.history().at(-1)?.quality).toBeUndefined();
});

test("keeps a day of history, oldest first", () => {
	const room = new Watched();
	room.pass(25 * 60 * minute);
	const history = room.meter.history();
	expect(history).toHaveLength(288);
	expect(history.at(-1)?.at).toBe(room.now);
	expect(history[0]?.at).toBe(room.now - 287 * 5 * minute);
});

test("keeps the history regular when the clock goes back", () => {
	const room = new Watched();
	room.pass(10 * minute);
	room.now -= 60 * minute;
	room.pass(11 * minute);
	expect(room.meter.history()).toHaveLength(4);
});

test("continues times, counts and history from before a start", () => {
	const room = new QualityMeter(30_000);
	const now = new ManualClock().now();
	const counts = { reconnects: 0 };
	room.restore(
		[
			{ at: now - 60 * minute, state: up, counts },
			{ at: now - 30 * minute, state: { ...up, connected: false }, counts: { reconnects: 1 } },
			{ at: now - 15 * minute, state: notDue, counts },
		],
		now,
	);
	const parts = room.quality()["24h"]?.parts;
	expect(parts?.uptime).toBeCloseTo(2 / 3, 5);
	expect(parts?.reconnects).toBeLessThan(1);
	expect(room.quality()["5m"]).toBeUndefined();
	const scores = room.history().map(({ quality }) => quality?.score);
	expect(scores.slice(0, 5)).toEqual([100, 100, 100, 100, 100]);
	expect(scores.slice(7, 9)).toEqual([0, 0]);
	expect(scores.at(-1)).toBeUndefined();
});

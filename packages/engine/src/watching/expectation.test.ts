import { seeded } from "@livekeeper/douyin/testing";
import { describe, expect, it } from "vitest";
import { Expectation, usualStartOf } from "./expectation.ts";
import { World } from "./site-world.helpers.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = 20_000 * day;

const average = ({ at }: { at: (time: number) => number }) => {
	let sum = 0;
	for (let i = 0; i < 7 * 24 * 12; i++) sum += at(now + i * 5 * minute);
	return sum / (7 * 24 * 12);
};

describe("likelihood of going live", () => {
	it("is higher at a room's daily starting hour", () => {
		const random = seeded(1);
		const starts = Array.from(
			{ length: 20 },
			(_, i) => now - i * day + 20 * hour + (random() - 0.5) * 20 * minute - day,
		);
		const expectation = new Expectation(starts, now);
		expect(expectation.at(now + 20 * hour)).toBeGreaterThan(15);
		expect(expectation.at(now + 8 * hour)).toBeLessThan(0.3);
		expect(average({ at: (time) => expectation.at(time) })).toBeCloseTo(1, 1);
	});

	it("is higher on a room's weekly starting day", () => {
		const starts = Array.from({ length: 8 }, (_, i) => now - (i + 1) * 7 * day + 20 * hour);
		const expectation = new Expectation(starts, now);
		expect(expectation.at(now + 20 * hour)).toBeGreaterThan(5 * expectation.at(now + day + 20 * hour));
	});

	it("is nearly even for a room with random starts", () => {
		for (let seed = 1; seed <= 20; seed++) {
			const random = seeded(seed);
			const starts = Array.from({ length: 28 }, (_, i) => now - i * day - random() * day);
			const expectation = new Expectation(starts, now);
			const over = Array.from({ length: 288 }, (_, i) => expectation.at(now + i * 5 * minute));
			expect(over.filter((one) => one > 3).length).toBeLessThan(15);
		}
	});

	it.each([[[]], [[now - day, now - 2 * day]], [[now - 100 * day, now - 101 * day, now - 99 * day, now - 98 * day]]])(
		"is average for a room without a history",
		(starts) => {
			expect(new Expectation(starts, now).at(now)).toBe(1);
		},
	);
});

describe("scarce budget", () => {
	it("favours likely broadcasts but covers every room half-hourly", async () => {
		const start = new World().clock.now();
		const usual = (liveId: string) => (liveId < "10003" ? start + 2 * hour : start + 14 * hour);
		const world = new World({
			broadcastsOf: (liveId) => Array.from({ length: 20 }, (_, i) => usual(liveId) - (i + 1) * day),
		});
		world.add(30, { routes: [world.site.route("direct", { hasWays: false })] });
		await world.clock.advance(hour + 45 * minute);
		const from = world.clock.elapsed();
		await world.clock.advance(30 * minute);
		const asked = world.site.asked.filter(({ at }) => at >= from);
		const likely = asked.filter(({ of }) => (of[0] ?? "") < "10003").length;
		expect(likely / 3).toBeGreaterThan(3 * ((asked.length - likely) / 27));
		await world.clock.advance(3 * hour);
		for (const liveId of world.rooms.keys()) {
			const times = world.site.asked.filter(({ of }) => of[0] === liveId).map(({ at }) => at);
			const gaps = times.map((at, index) => at - (times[index - 1] ?? at));
			expect(Math.max(...gaps)).toBeLessThan(75 * minute);
		}
		world.watching.stop();
	});
});

describe("usual start", () => {
	const random = seeded(3);
	const daily = Array.from({ length: 20 }, (_, i) => now - (i + 1) * day + 20 * hour + (random() - 0.5) * 10 * minute);

	it("is the next time of a daily habit", () => {
		const before = usualStartOf(daily, now + 19 * hour);
		expect(before?.everyMs).toBe(day);
		expect(Math.abs((before?.at ?? 0) - (now + 20 * hour))).toBeLessThan(10 * minute);
		const after = usualStartOf(daily, now + 21 * hour);
		expect(Math.abs((after?.at ?? 0) - (now + day + 20 * hour))).toBeLessThan(10 * minute);
	});

	it("is next week's time of a weekly habit", () => {
		const weekly = Array.from({ length: 8 }, (_, i) => now - (i + 1) * 7 * day + 20 * hour);
		expect(usualStartOf(weekly, now)).toEqual({ at: now + 20 * hour, everyMs: 7 * day });
		expect(usualStartOf(weekly, now + 21 * hour)).toEqual({ at: now + 7 * day + 20 * hour, everyMs: 7 * day });
	});

	it("is undefined for random or few starts", () => {
		const some = seeded(5);
		const anyTime = Array.from({ length: 28 }, (_, i) => now - i * day - some() * day);
		expect(usualStartOf(anyTime, now)).toBeUndefined();
		expect(usualStartOf(daily.slice(0, 3), now)).toBeUndefined();
	});
});

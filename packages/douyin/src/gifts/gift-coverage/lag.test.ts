import { describe, expect, test } from "vitest";
import { ReportingRoom, startMs } from "./reporting-room.helpers.ts";

/** Gifts of 10 each, every 20 seconds; each comes with a total, which includes it `lateBy` seconds later. */
function play(
	room: ReportingRoom,
	{ from, to, value, lateBy = 0 }: { from: number; to: number; value: number; lateBy?: number },
) {
	for (let second = from; second < to; second += 20) {
		room.gift(second, 10).total(second, value + (lateBy > 0 ? 0 : 100));
		if (lateBy > 0) room.total(second + lateBy, value + 100);
		value += 100;
		room.total(second + 12, value);
	}
	return value;
}

describe("withheld growth right after an expensive early gift", () => {
	test("is missing once totals are known not to lag", () => {
		const room = new ReportingRoom()
			.total(1, 400)
			.gift(18, 3_000)
			.total(18, 30_500)
			.total(25, 60_500)
			.still(40, 60, 60_500);
		expect(room.estimate).toMatchObject({ seen: 3_000, missing: 0 });
		const value = play(room, { from: 61, to: 261, value: 60_500 });
		expect(room.still(281, 300, value).estimate).toMatchObject({ seen: 3_100, missing: 3_000 });
	});

	test("is not reported as withheld, because it is uncertain", () => {
		const room = new ReportingRoom()
			.total(1, 400)
			.gift(18, 3_000)
			.total(18, 30_500)
			.total(25, 60_500)
			.still(40, 60, 60_500);
		room.still(281, 300, play(room, { from: 61, to: 261, value: 60_500 })).coverage.finish();
		expect(room.coverage.withheld).toEqual([]);
	});

	test("is credited to the gift if a total once lagged", () => {
		const room = new ReportingRoom()
			.total(1, 400)
			.gift(18, 3_000)
			.total(18, 500)
			.total(25, 30_500)
			.still(40, 60, 30_500);
		const value = play(room, { from: 61, to: 161, value: 30_500 });
		const last = play(room, { from: 161, to: 181, value, lateBy: 3 });
		expect(room.still(281, 300, play(room, { from: 181, to: 281, value: last })).estimate).toMatchObject({
			missing: 0,
		});
	});
});

test("a streak's late step fills a gap's final loss", () => {
	const room = new ReportingRoom();
	const value = play(room, { from: 1, to: 201, value: 500 });
	room.coverage.gap(startMs + 200_000, startMs + 220_000);
	room
		.still(221, 240, value + 600)
		.gift(245, 70, "anna", 245, 60)
		.total(245, value + 700);
	room.coverage.finish();
	expect(room.estimate).toMatchObject({ coverage: 1, missing: 0, lost: 0 });
});

test("the judged time begins with the source's first total", () => {
	const of = { source: "contributor", key: "bert" } as const;
	const room = new ReportingRoom().total(1, 100, of);
	for (let second = 6; second <= 60; second += 5) room.total(second, 100 + 10 * second, of);
	expect(room.estimate).toMatchObject({ source: "contributor", from: startMs + 11_000 });
	for (let second = 61; second <= 120; second += 5) room.total(second, 1_000 + 100 * second).total(second, 900, of);
	expect(room.estimate).toMatchObject({ source: "room_total", from: startMs + 61_000 });
});

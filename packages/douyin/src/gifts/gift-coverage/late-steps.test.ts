import { expect, test } from "vitest";
import { ReportingRoom, startMs } from "./reporting-room.helpers.ts";

test("attributes earlier steps of a streak to an earlier total", () => {
	const room = new ReportingRoom()
		.still(0, 30, 500)
		.gift(35, 1)
		.still(36, 50, 510)
		.total(61, 6_510)
		.still(65, 80, 6_510);
	expect(room.estimate).toMatchObject({ seen: 1, missing: 600 });
	// The first step of a streak to arrive: 600 were given at 60.
	room.gift(90, 1_200, "anna", 90, 600).still(92, 120, 12_510);
	expect(room.estimate).toMatchObject({ coverage: 1, seen: 1_201, missing: 0 });
});

test("attributes earlier steps to a total not judged yet", () => {
	const room = new ReportingRoom()
		.still(0, 30, 500)
		.total(36, 6_500)
		.gift(40, 1_200, "anna", 40, 600)
		.still(42, 80, 12_500);
	expect(room.estimate).toMatchObject({ coverage: 1, seen: 1_200, missing: 0 });
});

test("counts gifts withheld beside a streak as missing", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 9_500).gift(70, 1_200, "anna", 70, 600);
	expect(room.still(72, 110, 15_500).estimate).toMatchObject({ seen: 1_200, missing: 300 });
});

test("attributes a streak's steps in a gap to its growth", () => {
	const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
	// It arrives before the gap is reported.
	room.gift(95, 60, "anna", 95, 40).coverage.gap(startMs + 61_000, startMs + 90_000);
	room.still(96, 150, 1_200);
	expect(room.estimate).toMatchObject({ coverage: 1, seen: 70, missing: 0, lost: 0 });
});

test("attributes a streak's steps to a gap reported long ago", () => {
	const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
	room.coverage.gap(startMs + 61_000, startMs + 90_000);
	room.still(91, 130, 1_200);
	expect(room.estimate).toMatchObject({ seen: 10, missing: 60, lost: 60 });
	// 40 of the 60, and 20 given now.
	room.gift(140, 60, "anna", 140, 40).still(140, 170, 1_400);
	expect(room.estimate).toMatchObject({ seen: 70, missing: 20, lost: 20 });
});

test("attributes a streak's withheld steps to before a gap", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_100);
	room.coverage.gap(startMs + 61_000, startMs + 90_000);
	room.still(91, 130, 1_100).gift(140, 30, "anna", 140, 20).still(140, 170, 1_200);
	expect(room.estimate).toMatchObject({ seen: 30, missing: 40, lost: 0 });
});

test("subtracts earlier steps once if the gap is reported afterwards", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_100);
	room.gift(91, 30, "anna", 91, 20).coverage.gap(startMs + 61_000, startMs + 90_000);
	room.still(92, 150, 1_200);
	expect(room.estimate).toMatchObject({ seen: 30, missing: 40, lost: 0 });
});

test("attributes earlier steps to before the total started over", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_100).still(65, 80, 0);
	room.gift(90, 30, "anna", 90, 20).still(90, 120, 100);
	expect(room.estimate).toMatchObject({ seen: 30, missing: 40 });
});

test("subtracts nothing for gifts without earlier steps", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_100).still(65, 80, 5);
	room.gift(90, 30).gift(91, 30, "bert", 91, 20).still(92, 120, 5);
	expect(room.estimate).toMatchObject({ seen: 60, missing: 40 });
});

test("keeps the unit when a late step reports early gifts", () => {
	const room = new ReportingRoom().still(0, 30, 100_500).gift(40, 5_000, "anna", 40, 4_900);
	for (let i = 0; i < 20; i++) room.total(41 + 5 * i, 101_500 + 300 * i);
	expect(room.estimate.unit).toMatchObject({ value: 10 });
});

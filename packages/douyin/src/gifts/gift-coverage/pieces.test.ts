import { expect, test } from "vitest";
import { ReportingRoom, startMs } from "./reporting-room.helpers.ts";

test("counts a streak's late step once across a new base", () => {
	const room = new ReportingRoom().total(1, 400).gift(18, 30).total(18, 800);
	// Steps of 60, the third of which reports all, then 140 withheld before the next total. 30 of them may be the gift.
	room.total(28, 2_800).gift(36, 180, "anna", 36, 120).total(36, 4_000);
	expect(room.still(70, 100, 4_000).estimate).toMatchObject({ seen: 210, missing: 110 });
});

test("keeps gifts withheld before a gap despite many totals", () => {
	const room = new ReportingRoom().still(0, 60, 500);
	// 1000 are withheld; then a gift comes every five seconds, so no later total is exact.
	room.total(70, 500).total(72, 10_500);
	for (let i = 1; i <= 10; i++) room.gift(72 + 5 * i, 1).total(72 + 5 * i, 10_500 + 10 * i);
	room.coverage.gap(startMs + 123_000, startMs + 150_000);
	room.still(161, 220, 10_600);
	expect(room.estimate).toMatchObject({ seen: 10, missing: 1_000, lost: 0 });
});

test("separates withheld gifts from a gap's loss after rebasing", () => {
	const room = new ReportingRoom().total(1, 400).gift(18, 30).total(18, 800).total(28, 1_800);
	room.coverage.gap(startMs + 29_000, startMs + 60_000);
	room.still(71, 120, 2_000);
	// 30 of the 100 before it may be the gift.
	expect(room.estimate).toMatchObject({ seen: 30, missing: 90, lost: 20 });
});

test("counts a late step once, before or in a gap", () => {
	const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_100);
	room.coverage.gap(startMs + 61_000, startMs + 90_000);
	room.gift(95, 130, "anna", 95, 100).total(95, 2_400);
	expect(room.still(101, 150, 2_400).estimate).toMatchObject({ seen: 130, missing: 60 });
});

test("does not join ranges across a total's restart", () => {
	const room = new ReportingRoom()
		.total(1, 400)
		.gift(18, 30)
		.total(18, 800)
		.total(28, 1_800)
		.gift(36, 110, "anna", 36, 100);
	// The whole missing amount of the first hundred may be the streak; nothing of the second is.
	expect(room.still(38, 60, 0).still(65, 100, 1_000).estimate).toMatchObject({ seen: 30, missing: 100 });
});

test("takes a new base after gaps despite open streaks", () => {
	const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
	room.coverage.gap(startMs + 61_000, startMs + 70_000);
	// 100 were given in it, and the step may report 30 of them; later 520 are withheld.
	room.total(81, 1_600).gift(88, 40, "anna", 88, 30).total(88, 1_700).total(105, 6_900);
	expect(room.still(110, 150, 6_900).estimate).toMatchObject({ seen: 50, missing: 590, lost: 100 });
});

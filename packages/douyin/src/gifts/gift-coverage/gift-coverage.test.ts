import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { GiftCoverage } from "./gift-coverage.ts";
import { ReportingRoom, startMs } from "./reporting-room.helpers.ts";

describe("GiftCoverage", () => {
	it("is unknown before any total was shown, with a reason", () => {
		expect(new ReportingRoom().estimate).toMatchObject({ coverage: undefined, unknown: "no_totals" });
		expect(new ReportingRoom().gift(1, 10).gift(300, 10).estimate).toMatchObject({
			coverage: undefined,
			unknown: "no_totals",
		});
		expect(new ReportingRoom().total(1, 500).estimate).toMatchObject({ coverage: undefined, unknown: "starting" });
		expect(new ReportingRoom().still(0, 60, 500).estimate).toMatchObject({
			coverage: undefined,
			unknown: "nothing_given",
		});
	});

	it("learns a unit of ten tickets per diamond", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 7).still(40, 60, 570).gift(70, 20).still(71, 100, 770);
		expect(room.estimate).toMatchObject({ coverage: 1, pattern: "all", unit: { value: 10, basis: "learned" } });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("learns a unit of one score per diamond", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 7).still(40, 60, 507).gift(70, 20).still(71, 100, 527);
		expect(room.estimate).toMatchObject({ coverage: 1, unit: { value: 1, basis: "learned" } });
	});

	it("reports unexplained growth since the last explained total", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 5).still(40, 60, 550).still(65, 100, 750);
		expect(room.estimate).toMatchObject({ coverage: 0.2, seen: 5, missing: 20, pattern: "stopped" });
		expect(room.coverage.withheld).toEqual([
			{
				from: startMs + 60_000,
				to: startMs + 65_000,
				diamondsMissing: 20,
				diamondsSeen: 0,
				source: "room_total",
				unit: 10,
				unitLearned: true,
			},
		]);
	});

	it("reports missing gifts whatever the unit", () => {
		const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_500);
		expect(room.estimate).toMatchObject({ coverage: 0, missing: 100, pattern: "none", unit: { basis: "assumed" } });
		expect(room.coverage.withheld).toMatchObject([{ diamondsMissing: 100, unitLearned: false }]);
	});

	it("reports an interval once, the next five minutes later", () => {
		const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_500);
		room.coverage.confirm(room.coverage.withheld[0]?.to ?? 0);
		expect(room.coverage.withheld).toEqual([]);
		room.still(60, 120, 2_500);
		expect(room.coverage.withheld).toEqual([]);
		room.still(340, 400, 3_500);
		expect(room.coverage.withheld).toMatchObject([{ diamondsMissing: 200 }]);
	});

	it("reports the remaining interval when the broadcast ends", () => {
		const room = new ReportingRoom().still(0, 30, 500).still(35, 60, 1_500).still(60, 90, 2_500);
		room.coverage.finish();
		expect(room.coverage.withheld).toMatchObject([{ diamondsMissing: 100 }, { diamondsMissing: 100 }]);
		expect(room.estimate).toMatchObject({ coverage: 0, missing: 200 });
	});

	it("credits a gift that arrives after its total", () => {
		const room = new ReportingRoom().still(0, 30, 500).total(41, 600).gift(40, 10, "anna", 49).still(50, 80, 600);
		expect(room.estimate).toMatchObject({ coverage: 1 });
	});

	it("corrects its estimate when a gift arrives very late", () => {
		const room = new ReportingRoom().still(0, 30, 500).still(41, 80, 600);
		expect(room.estimate).toMatchObject({ coverage: 0 });
		expect(room.gift(40, 10, "anna", 85).still(90, 120, 600).estimate).toMatchObject({ coverage: 1, missing: 0 });
	});

	it("treats a falling total as a restart", () => {
		const room = new ReportingRoom().still(0, 30, 90_000).gift(40, 10).still(40, 60, 90_100);
		room.still(65, 80, 0).gift(90, 10).still(90, 120, 100);
		expect(room.estimate).toMatchObject({ coverage: 1, seen: 20, missing: 0 });
	});

	it("treats a rise beyond any gift as a jump", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
		room.still(65, 80, 9_000_600).gift(90, 10).still(90, 120, 9_000_700);
		expect(room.estimate).toMatchObject({ coverage: 1, seen: 20, missing: 0 });
	});

	it.each([9_999, 3])("ignores a single outlier of %i", (odd) => {
		const room = new ReportingRoom()
			.still(0, 30, 500)
			.gift(40, 10)
			.still(40, 60, 600)
			.total(65, odd)
			.still(70, 100, 600);
		expect(room.estimate).toMatchObject({ coverage: 1, missing: 0 });
	});

	it("counts a gap's loss as missing, not as withheld", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
		room.coverage.gap(startMs + 61_000, startMs + 90_000);
		room.still(91, 150, 1_000);
		expect(room.estimate).toMatchObject({ coverage: 0.2, missing: 40, lost: 40 });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("counts a gap's loss without an exact total afterwards", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
		room.coverage.gap(startMs + 61_000, startMs + 90_000);
		room.gift(101, 1).total(102, 1_010);
		room.coverage.finish();
		expect(room.estimate).toMatchObject({ missing: 40, lost: 40 });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("counts growth before a gap that ends the broadcast", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600).gift(62, 5).total(64, 1_050);
		room.coverage.gap(startMs + 66_000, startMs + 90_000);
		// Its part of the gap is unknown: it comes too soon after it.
		room.total(95, 9_000).still(96, 99, 9_000);
		room.coverage.finish();
		expect(room.estimate).toMatchObject({ seen: 15, missing: 40, lost: 0, to: startMs + 64_000 });
		expect(room.coverage.withheld).toMatchObject([{ diamondsMissing: 40, to: startMs + 64_000 }]);
	});

	it("does not credit the first total's gifts to later growth", () => {
		const room = new ReportingRoom().total(0, 500).gift(5, 300).still(10, 40, 3_500).still(45, 80, 6_500);
		expect(room.estimate).toMatchObject({ coverage: 0.5, seen: 300, missing: 300 });
	});

	it("counts growth after an expensive gift as missing without lag", () => {
		const room = new ReportingRoom().total(1, 500).gift(6, 9).total(6, 590).gift(10, 3_000).total(10, 30_590);
		// 1000 and the 520 that arrive; then totals continue.
		room.total(13, 30_590).gift(20, 520).total(20, 45_790).gift(40, 1);
		expect(room.still(40, 70, 45_800).estimate).toMatchObject({ seen: 3_530, missing: 1_000 });
	});

	it("credits growth after an expensive gift with lagging totals", () => {
		const room = new ReportingRoom().total(1, 500).gift(6, 9).total(6, 500).gift(10, 3_000).total(10, 590);
		room.total(13, 590).total(20, 30_590).gift(40, 1);
		expect(room.still(40, 70, 30_600).estimate).toMatchObject({ coverage: 1, seen: 3_010, missing: 0 });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("restarts after a gap without crediting an expensive gift later", () => {
		const room = new ReportingRoom().still(0, 30, 500).gift(40, 10).still(40, 60, 600);
		room.coverage.gap(startMs + 61_000, startMs + 90_000);
		for (let i = 0; i < 8; i++) room.gift(95 + 5 * i, 1).total(95 + 5 * i, 610 + 10 * i);
		room.gift(136, 3_000).total(136, 30_680).total(145, 60_680);
		expect(room.still(150, 180, 60_680).estimate).toMatchObject({ seen: 3_018, missing: 3_000, lost: 0 });
	});

	it("detects stopped gifts from growth right after the first total", () => {
		const room = new ReportingRoom().gift(1, 10).total(2, 600).total(12, 600).still(20, 40, 800);
		expect(room.estimate).toMatchObject({ seen: 10, missing: 20, pattern: "stopped" });
	});

	it("detects gifts that stop after each connection's first", () => {
		const room = new ReportingRoom();
		let value = 500;
		for (let second = 0; second < 600; second += 5) {
			if (second % 200 === 20) {
				room.coverage.connected("");
				room.gift(second - 1, 10);
			}
			value += 100;
			room.total(second, value);
		}
		expect(room.estimate).toMatchObject({ seen: 30, pattern: "stopped" });
	});

	it("judges each login separately and keeps the total's unit", () => {
		const room = new ReportingRoom();
		room.coverage.connected("");
		room.still(0, 30, 1_000).still(40, 60, 9_000);
		expect(room.estimate).toMatchObject({ login: "", missing: 800, seen: 0, pattern: "none", earlier: [] });
		room.coverage.connected("a");
		expect(room.estimate).toMatchObject({ login: "a", coverage: undefined, earlier: [{ login: "", missing: 800 }] });
		room.still(62, 77, 9_000).gift(80, 100).still(80, 95, 9_100).gift(100, 50).still(100, 130, 9_150);
		// A diamond counts 1: the earlier period is judged by that as well.
		expect(room.estimate).toMatchObject({ coverage: 1, seen: 150, missing: 0, pattern: "all", unit: { value: 1 } });
		expect(room.estimate.earlier).toMatchObject([{ login: "", seen: 0, missing: 8_000, pattern: "none" }]);
		room.coverage.connected("b");
		room.still(135, 150, 9_150).gift(155, 10).still(155, 170, 9_160).still(175, 200, 9_360);
		expect(room.estimate).toMatchObject({ login: "b", seen: 10, missing: 200, pattern: "stopped" });
		expect(room.estimate.earlier).toMatchObject([{ login: "" }, { login: "a", coverage: 1, seen: 150 }]);
		const again = new GiftCoverage(JSON.parse(JSON.stringify(room.coverage.state)));
		expect(again.estimate()).toEqual(room.estimate);
	});

	it("continues with the same login across connections", () => {
		const room = new ReportingRoom();
		room.coverage.connected("a");
		room.still(0, 30, 1_000).still(40, 60, 2_000);
		room.coverage.connected("a");
		room.still(62, 90, 3_000);
		expect(room.estimate).toMatchObject({ login: "a", missing: 200, earlier: [] });
	});

	it("reports withheld gifts of the previous login without waiting", () => {
		const room = new ReportingRoom();
		room.coverage.connected("");
		room.still(0, 30, 1_000).still(40, 60, 2_000).still(70, 90, 3_000);
		room.coverage.connected("a");
		expect(room.coverage.withheld.reduce((sum, { diamondsMissing }) => sum + diamondsMissing, 0)).toBe(200);
	});

	it("keeps a unit confirmed by all growth despite late steps", () => {
		const room = new ReportingRoom().still(0, 30, 500);
		let value = 500;
		for (let second = 35; second <= 120; second += 5) {
			value += 10 * (second % 7);
			room.total(second, value);
		}
		// Half of the reported diamonds were given, and counted, long before.
		for (const second of [140, 170]) {
			value += 100;
			room.gift(second, 20).still(second, second + 15, value);
		}
		expect(room.estimate).toMatchObject({ unit: { value: 10 } });
	});

	it("attributes an occasional low ratio to a late step", () => {
		const room = new ReportingRoom().gift(1, 66).still(2, 30, 501);
		for (const [i, value] of [1_719, 3_577, 3_675].entries()) room.still(35 + i * 5, 40 + i * 5, value);
		room.gift(80, 400).still(81, 100, 3_774).still(105, 140, 11_429);
		expect(room.estimate).toMatchObject({ unit: { value: 1, basis: "assumed" } });
	});

	it("uses contributors' scores if the room shows no total", () => {
		const room = new ReportingRoom();
		for (let second = 0; second <= 120; second += 5) {
			room.total(second, second < 60 ? 100 : 150, { source: "contributor", key: "anna" });
			room.total(second, second < 80 ? 100 : 150, { source: "contributor", key: "bert" });
			if (second === 55) room.gift(58, 5, "anna");
		}
		expect(room.estimate).toMatchObject({ coverage: 0.5, source: "contributor", seen: 5, missing: 5 });
	});

	it("credits anonymous gifts to contributors' missing growth", () => {
		const room = new ReportingRoom();
		for (let second = 0; second <= 120; second += 5) {
			room.total(second, second < 60 ? 100 : 150, { source: "contributor", key: "anna" });
			if (second === 55) room.gift(58, 5, "");
		}
		expect(room.estimate).toMatchObject({ coverage: 1, source: "contributor" });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("is unknown while another unit would explain all growth", () => {
		const room = new ReportingRoom().still(0, 15, 0);
		// A gift every second, and three tickets per diamond in each total: no total is exact or out of proportion.
		for (let second = 16; second < 40; second++) room.gift(second, 2).total(second, (second - 15) * 6);
		expect(room.estimate).toMatchObject({ coverage: undefined, unknown: "unit" });
		expect(room.coverage.withheld).toEqual([]);
	});

	it("respects the precision of abbreviated totals", () => {
		const of = { step: 1_000 };
		const room = new ReportingRoom();
		for (let second = 0; second <= 30; second += 5) room.total(second, 12_000, of);
		room.gift(40, 20);
		for (let second = 40; second <= 80; second += 5) room.total(second, 13_000, of);
		expect(room.estimate).toMatchObject({ coverage: 1, missing: 0 });
	});
});

test("state restored from JSON at any moment gives equal results", () => {
	const steps = fc.array(
		fc.record({
			kind: fc.constantFrom("gift", "total", "total", "score", "gap"),
			afterMs: fc.integer({ min: 0, max: 9_000 }),
			lateMs: fc.integer({ min: 0, max: 30_000 }),
			number: fc.integer({ min: 0, max: 400 }),
			restart: fc.boolean(),
		}),
		{ maxLength: 80 },
	);
	fc.assert(
		fc.property(steps, (all) => {
			const one = new GiftCoverage();
			let other = new GiftCoverage();
			let now = startMs;
			let value = 0;
			for (const { kind, afterMs, lateMs, number, restart } of all) {
				now += afterMs;
				value += number;
				for (const coverage of [one, other]) {
					if (kind === "gift") {
						const earlier = number % 2 === 0 ? 0 : Math.floor(number / 2);
						coverage.gift({ diamonds: number, earlier, giver: "anna", at: now - lateMs }, now);
					} else if (kind === "gap") coverage.gap(now - lateMs, now);
					else if (kind === "score")
						coverage.totals([{ source: "contributor", key: "anna", value, step: 1, at: now }], now);
					else coverage.totals([{ source: "room_total", key: "", value: value * 10, step: 1, at: now }], now);
				}
				if (restart) other = new GiftCoverage(JSON.parse(JSON.stringify(other.state)));
			}
			expect(other.estimate()).toEqual(one.estimate());
			expect(other.withheld).toEqual(one.withheld);
		}),
	);
});

test("any input yields valid shares within the memory bounds", () => {
	const steps = fc.array(
		fc.record({
			of: fc.constantFrom("gift", "room_total", "contributor", "rank", "gap", "finish"),
			key: fc.integer({ min: 0, max: 60 }),
			atMs: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.constantFrom(-1e12, 1e12)),
			number: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(0, 2 ** 53)),
		}),
		{ maxLength: 200 },
	);
	fc.assert(
		fc.property(steps, (all) => {
			const coverage = new GiftCoverage();
			for (const { of, key, atMs, number } of all) {
				const at = startMs + atMs;
				if (of === "gift") coverage.gift({ diamonds: number, earlier: number % (key + 1), giver: `g${key}`, at }, at);
				else if (of === "gap") coverage.gap(at, at + number);
				else if (of === "finish") coverage.finish();
				else
					coverage.totals([{ source: of, key: of === "room_total" ? "" : `g${key}`, value: number, step: 1, at }], at);
				const { coverage: share, seen, missing, lost } = coverage.estimate();
				expect(share === undefined || (share >= 0 && share <= 1)).toBe(true);
				expect(Math.min(seen, missing, lost, missing - lost)).toBeGreaterThanOrEqual(-1e-6 * (seen + missing));
			}
			expect(Object.keys(coverage.state.series).length).toBeLessThanOrEqual(25);
			expect(JSON.stringify(coverage.state).length).toBeLessThan(60_000);
		}),
	);
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { all } from "../bench/figures/index.ts";
import type { Bench, Figure, Measured } from "../bench/kit/bench.ts";
import { compareWithCommitted, readCommitted } from "../bench/kit/committed.ts";
import { isReached, resultsOf } from "../bench/kit/results.ts";
import { assertEqualWork, runBench } from "../bench/kit/run-bench.ts";
import { withBlock } from "../bench/kit/write-run.ts";

const figure: Figure = {
	...{ name: "figure", what: "own ÷ floor", measure: "cpu", unit: "µs", of: "own", dividedBy: "floor" },
	better: "lower",
};

function bench(sides: Record<string, () => Measured>, figures: readonly Figure[] = [figure]): Bench {
	return { name: "bench", figures, rounds: 3, warmUps: 1, prepare: async () => ({ sides }) };
}

const measured = (cpu: number, events = 10): Measured => ({ did: { events }, took: { cpu } });

describe("the harness of the benches", () => {
	it("divides round by round, with median, minimum and maximum", async () => {
		const own = [99, 2, 9, 4];
		const floor = [1, 1, 3, 1];
		const turns: string[] = [];
		const turn = (side: string, values: number[]) => () => {
			turns.push(side);
			return measured(values.shift() ?? 0);
		};
		const one = bench({ own: turn("own", own), floor: turn("floor", floor) });
		const rounds = await runBench(one, { rounds: 3, scale: 1 });
		expect(resultsOf(one, rounds)).toMatchObject([{ value: { median: 3, least: 2, most: 4 }, rounds: 3 }]);
		// Each side comes first equally often.
		expect(turns).toEqual(["own", "floor", "floor", "own", "own", "floor", "floor", "own"]);
	});

	it("subtracts if a figure is the excess over another side", () => {
		const { dividedBy, ...rest } = figure;
		const above = bench({}, [{ ...rest, above: dividedBy ?? "" }]);
		const rounds = { own: [{ cpu: 5 }], floor: [{ cpu: 3 }] };
		expect(resultsOf(above, rounds)).toMatchObject([{ value: { median: 2 } }]);
	});

	it("rejects a round whose sides did unequal or no work", async () => {
		const uneven = bench({ own: () => measured(1, 9), floor: () => measured(1) });
		await expect(runBench(uneven, { rounds: 1, scale: 1 })).rejects.toThrow("events differs: 10 by floor, 9 by own");
		expect(() => assertEqualWork("bench", new Map([["own", measured(1, 0)]]))).toThrow("did nothing");
	});

	it("rejects a side without a figure's measure", () => {
		const rounds = { own: [{ cpu: 1 }], floor: [{ wall: 1 }] };
		expect(() => resultsOf(bench({}), rounds)).toThrow("figure: floor did not measure cpu.");
	});

	it.each([
		["lower", 1.24, []],
		["lower", 1.26, [expect.stringContaining("26 % worse")]],
		["higher", 0.81, []],
		["higher", 0.79, [expect.stringContaining("27 % worse")]],
	] as const)("compares a figure with %s better: %d of 1", (better, now, expected) => {
		const spread = (median: number) => ({ median, least: median, most: median });
		const result = (ratio: number) => {
			return { name: "figure", value: spread(ratio), own: spread(ratio), other: spread(1), rounds: 1 };
		};
		const one = bench({}, [{ ...figure, better }]);
		expect(compareWithCommitted([one], [result(now)], [result(1)])).toEqual(expected);
	});

	it("accepts one round of the reference measured too low", () => {
		const spread = (median: number, least: number) => ({ median, least, most: 2 });
		const result = (least: number) => [
			{ name: "figure", value: spread(1, 0.5), own: spread(1, 1), other: spread(1, least), rounds: 3 },
		];
		expect(compareWithCommitted([bench({})], result(0.7), result(1))).toEqual([]);
	});

	it("names a figure of CI that is not committed", () => {
		const spread = { median: 1, least: 1, most: 1 };
		const results = [{ name: "figure", value: spread, own: spread, rounds: 1 }];
		expect(compareWithCommitted([bench({})], results, [])).toEqual([expect.stringContaining("no figure is committed")]);
	});

	it("decides whether a goal is reached, in both directions", () => {
		const spread = { median: 1.1, least: 1, most: 2 };
		expect(isReached({ ...figure, goal: 1 }, spread)).toBe(false);
		expect(isReached({ ...figure, better: "higher", goal: 1 }, spread)).toBe(true);
		expect(isReached(figure, spread)).toBeUndefined();
	});
});

describe("the table of figures", () => {
	it("has unique names, and ratios or differences but not both", () => {
		const names = all.flatMap(({ figures }) => figures.map(({ name }) => name));
		expect(names).toEqual([...new Set(names)]);
		const both = all.flatMap(({ figures }) => figures.filter(({ dividedBy, above }) => dividedBy && above));
		expect(both).toEqual([]);
	});

	it("has a place in the document and committed figures", () => {
		const text = readFileSync(new URL("../docs/performance.md", import.meta.url), "utf8");
		for (const { name } of all) expect(withBlock(text, name, "a table")).toContain(`<!-- bench ${name} -->\n\na table`);
		const committed = new Set(readCommitted().results.map(({ name }) => name));
		const ofCi = all.flatMap(({ figures }) => figures.filter(({ ci }) => ci).map(({ name }) => name));
		expect(ofCi.filter((name) => !committed.has(name))).toEqual([]);
	});
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { allot } from "./shares.ts";

/** A node's demand: pinned, other and idle connections in use, and waiting ones of each class. */
function node({ pinned = 0, live = 0, idle = 0, pinnedWait = 0, liveWait = 0, idleWait = 0, second = 0 } = {}) {
	return [pinned, pinnedWait, live, 0, liveWait, idle, idleWait, second, 0];
}

test("spreads free capacity evenly over the nodes", () => {
	expect(allot(10, [[], [], []])).toEqual([4, 3, 3]);
	expect(allot(2, [[], [], []])).toEqual([1, 1, 0]);
});

test("gives a single node everything", () => {
	expect(allot(7, [node({ live: 3 })])).toEqual([7]);
});

test("lets holders keep connections while equals wait", () => {
	expect(allot(10, [node({ live: 10 }), node({ liveWait: 5 })])).toEqual([10, 0]);
	expect(allot(10, [node({ pinned: 10 }), node({ pinnedWait: 5 })])).toEqual([10, 0]);
});

test("takes connections for pinned and broadcasting rooms", () => {
	expect(allot(10, [node({ live: 10 }), node({ pinnedWait: 2 })])).toEqual([8, 2]);
	expect(allot(10, [node({ idle: 10 }), node({ liveWait: 2 })])).toEqual([8, 2]);
	expect(allot(10, [node({ live: 10 }), node({ idleWait: 2 })])).toEqual([10, 0]);
	expect(allot(10, [node({ live: 8, second: 2 }), node({ idleWait: 2 })])).toEqual([8, 2]);
});

test("divides a lowered or exceeded limit in proportion", () => {
	expect(allot(5, [node({ live: 6 }), node({ live: 3 }), node({ live: 1 })])).toEqual([3, 2, 0]);
	expect(allot(9, [node({ liveWait: 20 }), node({ liveWait: 10 })])).toEqual([6, 3]);
});

const turns = fc.array(fc.nat(20), { minLength: 9, maxLength: 9 });

test("gives out the whole limit, turn by turn", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 200 }), fc.array(turns, { minLength: 1, maxLength: 8 }), (max, asked) => {
			const parts = allot(max, asked);
			expect(parts.reduce((sum, part) => sum + part, 0)).toBe(max);
			const demands = asked.map((one) => one.reduce((sum, count) => sum + count, 0));
			const isShort = parts.some((part, index) => part < (demands[index] ?? 0));
			const hasSpare = parts.some((part, index) => part > (demands[index] ?? 0));
			expect(isShort && hasSpare).toBe(false);
			// No part reaches past a turn that another node is short of.
			const reached = parts.map((part, index) => {
				let left = part;
				const short = asked[index]?.findIndex((count) => {
					left -= count;
					return left < 0;
				});
				return short === undefined || short === -1 ? Number.POSITIVE_INFINITY : short;
			});
			const begun = parts.map((part, index) => {
				let left = part;
				let last = -1;
				asked[index]?.forEach((count, turn) => {
					if (left > 0 && count > 0) last = turn;
					left -= count;
				});
				return last;
			});
			expect(Math.max(...begun)).toBeLessThanOrEqual(Math.min(...reached));
		}),
		{ numRuns: 500 },
	);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { RecentIds } from "./recent-ids.ts";

test("the newest events are known by their ids, as many as the window holds, and an id that came twice by the newer", () => {
	const ids = fc.array(fc.nat(40).map(String), { maxLength: 400 });
	const windows = fc.integer({ min: 1, max: 120 });
	fc.assert(
		fc.property(windows, ids, fc.nat(1_000), (most, said, before) => {
			const recent = new RecentIds(most);
			for (const [index, id] of said.entries()) recent.add(before + index + 1, id, 0);
			for (const id of new Set([...said, "never said"])) {
				const index = said.lastIndexOf(id);
				const known = index >= 0 && index >= said.length - most;
				expect(recent.seqOf(id, 0)).toBe(known ? before + index + 1 : undefined);
			}
		}),
	);
});

test("numbers that are left out, few or many, are of events that nothing is equal to", () => {
	const recent = new RecentIds(10);
	recent.add(1, "a", 0);
	recent.add(4, "b", 0);
	expect(["a", "b", "NaN"].map((id) => recent.seqOf(id, 0))).toEqual([1, 4, undefined]);
	recent.add(11, "c", 0);
	expect(["a", "b", "c"].map((id) => recent.seqOf(id, 0))).toEqual([undefined, 4, 11]);
	recent.add(1_000_000, "d", 0);
	expect(["b", "c", "d"].map((id) => recent.seqOf(id, 0))).toEqual([undefined, undefined, 1_000_000]);
	recent.add(1_000_001, "c", 0);
	expect(recent.seqOf("c", 0)).toBe(1_000_001);
});

test("of a hundred thousand ids of one kind no two are taken for the same, nor one id at two times", () => {
	const recent = new RecentIds(100_000);
	for (let n = 1; n <= 100_000; n++) recent.add(n, String(7_380_000_000_000_000_000n + BigInt(n)), n);
	for (let n = 1; n <= 100_000; n += 97) {
		expect(recent.seqOf(String(7_380_000_000_000_000_000n + BigInt(n)), n)).toBe(n);
		expect(recent.seqOf(String(7_380_000_000_000_000_000n + BigInt(n)), n + 1)).toBeUndefined();
		expect(recent.seqOf(String(7_390_000_000_000_000_000n + BigInt(n)), n)).toBeUndefined();
	}
});

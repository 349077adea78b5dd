import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, RecentIds } from "./recent-ids.ts";

test("the newest events are known by their ids, as many as the window holds, also those that it began with", () => {
	const ids = fc.array(fc.nat(40).map(String), { maxLength: 400 });
	const windows = fc.integer({ min: 1, max: 120 });
	fc.assert(
		fc.property(windows, ids, fc.nat(400), (most, said, begun) => {
			const recent = new RecentIds(
				most,
				said.slice(0, begun).map((id) => hashOf(id, 0)),
			);
			for (const id of said.slice(begun)) recent.add(id, 0);
			for (const id of new Set([...said, "never said"])) {
				const index = said.lastIndexOf(id);
				expect(recent.has(id, 0)).toBe(index >= 0 && index >= said.length - most);
			}
		}),
	);
});

test("of a hundred thousand ids of one kind no two are taken for the same, nor one id at two times", () => {
	const recent = new RecentIds(100_000);
	for (let n = 1; n <= 100_000; n++) recent.add(String(7_380_000_000_000_000_000n + BigInt(n)), n);
	for (let n = 1; n <= 100_000; n += 97) {
		expect(recent.has(String(7_380_000_000_000_000_000n + BigInt(n)), n)).toBe(true);
		expect(recent.has(String(7_380_000_000_000_000_000n + BigInt(n)), n + 1)).toBe(false);
		expect(recent.has(String(7_390_000_000_000_000_000n + BigInt(n)), n)).toBe(false);
	}
});

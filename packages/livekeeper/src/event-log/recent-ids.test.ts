import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, RecentIds } from "./recent-ids.ts";

test("the newest events are known by their ids, as many as the window holds, also those that it began with", () => {
	const ids = fc.array(fc.nat(40).map(String), { maxLength: 400, size: "max" });
	const windows = fc.integer({ min: 1, max: 60 });
	fc.assert(
		fc.property(windows, ids, fc.nat(400), (most, said, begun) => {
			const recent = new RecentIds(
				most,
				said.slice(0, begun).map((id) => hashOf(id, 0)),
			);
			const known = said.slice(0, begun);
			for (const id of [...said.slice(begun), "never said"]) {
				const isNew = !known.slice(-most).includes(id);
				expect(recent.add(id, 0)).toBe(isNew);
				if (isNew) known.push(id);
			}
		}),
	);
});

test("of a hundred thousand ids of one kind no two are taken for the same, nor one id at two times", () => {
	const recent = new RecentIds(200_000);
	const id = (n: number) => String(7_380_000_000_000_000_000n + BigInt(n));
	const taken: number[] = [];
	for (let n = 1; n <= 100_000; n++) if (!recent.add(id(n), n)) taken.push(n);
	expect(taken).toEqual([]);
	for (let n = 1; n <= 100_000; n += 970) {
		expect(recent.add(id(n), n)).toBe(false);
		expect(recent.add(id(n), n + 1)).toBe(true);
	}
});

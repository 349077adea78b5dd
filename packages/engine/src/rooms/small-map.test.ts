import fc from "fast-check";
import { expect, test } from "vitest";
import { SmallMap } from "./small-map.ts";

const action = fc.record({ key: fc.nat(4), value: fc.option(fc.nat(), { nil: undefined }) });

test("behaves like a map ordered by the last set", () => {
	fc.assert(
		fc.property(fc.array(action), (actions) => {
			const smallMap = new SmallMap<number, number>();
			const map = new Map<number, number>();
			for (const { key, value } of actions) {
				map.delete(key);
				if (value === undefined) smallMap.delete(key);
				else {
					smallMap.set(key, value);
					map.set(key, value);
				}
				expect(smallMap.entries().map(({ key, value }) => [key, value])).toEqual([...map]);
				expect([smallMap.size, smallMap.has(key), smallMap.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
			}
		}),
	);
});

test("iterates over a snapshot while entries change", () => {
	const smallMap = new SmallMap<number, string>();
	smallMap.set(1, "a");
	smallMap.set(2, "b");
	const seen: string[] = [];
	for (const { key, value } of smallMap.entries()) {
		smallMap.delete(key);
		smallMap.set(key + 2, "new");
		seen.push(value);
	}
	expect(seen).toEqual(["a", "b"]);
});

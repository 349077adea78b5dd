import fc from "fast-check";
import { expect, test } from "vitest";
import { Few } from "./few.ts";

const action = fc.record({ key: fc.nat(4), value: fc.option(fc.nat(), { nil: undefined }) });

test("behaves like a map ordered by the last set", () => {
	fc.assert(
		fc.property(fc.array(action), (actions) => {
			const few = new Few<number, number>();
			const map = new Map<number, number>();
			for (const { key, value } of actions) {
				map.delete(key);
				if (value === undefined) few.delete(key);
				else {
					few.set(key, value);
					map.set(key, value);
				}
				expect(few.entries().map(({ key, value }) => [key, value])).toEqual([...map]);
				expect([few.size, few.has(key), few.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
			}
		}),
	);
});

test("iterates over a snapshot while entries change", () => {
	const few = new Few<number, string>();
	few.set(1, "a");
	few.set(2, "b");
	const seen: string[] = [];
	for (const { key, value } of few.entries()) {
		few.delete(key);
		few.set(key + 2, "new");
		seen.push(value);
	}
	expect(seen).toEqual(["a", "b"]);
});

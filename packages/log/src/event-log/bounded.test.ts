import fc from "fast-check";
import { expect, test } from "vitest";
import { maxTotal, plus, whole } from "./bounded.ts";

test("keeps a total a whole, exact number that never falls", () => {
	const anything = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(null, undefined, "7", {}));
	fc.assert(
		fc.property(fc.array(anything), (all) => {
			let sum = 0;
			for (const more of all) {
				const next = plus(sum, more);
				expect(Number.isSafeInteger(next)).toBe(true);
				expect(next).toBeGreaterThanOrEqual(sum);
				sum = next;
			}
		}),
	);
	expect([whole((2 ** 31 - 1) ** 3), whole(-1), whole(1.9), whole(Number.NaN)]).toEqual([maxTotal, 0, 1, 0]);
	expect(plus(maxTotal, maxTotal)).toBe(maxTotal);
	expect(plus(2, 3)).toBe(5);
});

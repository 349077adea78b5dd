import fc from "fast-check";
import { expect, test } from "vitest";
import { incarnationsIn, nameIn } from "./incarnation.ts";

const bases = ["lk-ev-1", "lk-ev-12", "KV_lk-state", "KV_lk"];

test("the incarnations of each stream are found among all names, the newest last, and no other's", () => {
	const made = fc.uniqueArray(fc.tuple(fc.constantFrom(...bases), fc.integer({ min: 1, max: 120 })), {
		selector: ([base, incarnation]) => nameIn(base, incarnation),
	});
	fc.assert(
		fc.property(made, (streams) => {
			const names = streams.map(([base, incarnation]) => nameIn(base, incarnation));
			for (const base of bases) {
				const own = streams.filter(([other]) => other === base).map(([, incarnation]) => incarnation);
				expect(incarnationsIn(names, base)).toEqual(own.sort((a, b) => a - b));
			}
		}),
	);
	expect(incarnationsIn(["lk-ev-1-02", "lk-ev-1-", "lk-ev-1-1", "lk-ev-1-2.5", "lk-ev-1-x"], "lk-ev-1")).toEqual([]);
});

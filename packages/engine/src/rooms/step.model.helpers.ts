import fc from "fast-check";
import { expect, test } from "vitest";
import { aPlan, walk } from "./step-model.helpers.ts";

const budget = 1_000_000;

/** Run by `npm run model`. A plan that breaks a rule is shrunk and printed with its seed. */
test("keeps a room's rules over a million steps", () => {
	let steps = 0;
	for (let seed = Date.now() % 1_000_000; steps < budget; seed++) {
		const property = fc.property(aPlan, (plan) => {
			steps += walk(plan);
		});
		fc.assert(property, { seed, numRuns: 1_000 });
	}
	expect(steps).toBeGreaterThanOrEqual(budget);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { allowedTransitions } from "./room-state.ts";
import { aPlan, walk } from "./step-model.helpers.ts";

test("keeps the rules at every step and recovers", () => {
	const walked = new Set<string>();
	let steps = 0;
	fc.assert(
		fc.property(aPlan, (plan) => {
			steps += walk(plan, walked);
		}),
		{ numRuns: 500 },
	);
	expect(steps).toBeGreaterThan(20_000);
	const inputs = [...new Set([...walked].map((pair) => pair.split(" ")[1]))];
	expect(inputs).toHaveLength(21);
	const pairs = Object.keys(allowedTransitions).flatMap((phase) => inputs.map((input) => `${phase} ${input}`));
	expect(pairs.filter((pair) => !walked.has(pair))).toEqual([]);
});

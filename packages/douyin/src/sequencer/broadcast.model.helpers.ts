import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastCases } from "./broadcast-cases.helpers.ts";
import { faultsOf, scenes } from "./broadcast-scenes.helpers.ts";

/** Of about twenty steps each: a million in all. */
const numRuns = 50_000;

describe("a million steps", () => {
	// A failure names its seed, and the fewest steps that lead to it: they belong into broadcast.model.test.ts.
	test("double nothing, leave nothing out untold, and keep nothing waiting", () => {
		fc.assert(
			fc.property(scenes(), (scene) => {
				expect(faultsOf(scene)).toEqual({});
			}),
			{ numRuns },
		);
	});
});

broadcastCases(1);

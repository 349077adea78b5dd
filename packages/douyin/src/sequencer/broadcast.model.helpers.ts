import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastCases } from "./broadcast-cases.helpers.ts";
import { faultsOf, scenes } from "./broadcast-scenes.helpers.ts";

/** Number of scenes, of about twenty steps each: a million in all. */
const numRuns = 50_000;

describe("a million random steps", () => {
	// A failure names its seed, and the shortest scene that reproduces it: add that to broadcast.model.test.ts.
	test("repeat, silently lose and block no message", () => {
		fc.assert(
			fc.property(scenes(), (scene) => {
				expect(faultsOf(scene)).toEqual({});
			}),
			{ numRuns },
		);
	});
});

broadcastCases(1);

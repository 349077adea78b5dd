import fc from "fast-check";
import { expect, test } from "vitest";
import { broadcastCases } from "./broadcast-cases.helpers.ts";
import { faultsOf, type Scene, scenes } from "./broadcast-scenes.helpers.ts";

test("whatever connections do, nothing is doubled, missing untold, stuck, or out of order", () => {
	fc.assert(
		fc.property(scenes(), (scene) => {
			expect(faultsOf(scene)).toEqual({});
		}),
		{ numRuns: 500 },
	);
});

/** Found by `npm run model`, as it shrank them. */
test.each<[string, Scene]>([
	[
		"a frame that overtakes the very first message is not older than it, on any connection",
		{
			polls: [false, false],
			differs: false,
			steps: [
				["open", 0, false],
				["open", 1, false],
				["say", 1],
				["frame", 1],
				["overtaken", 0],
				["say", 1],
				["frame", 0],
				["say", 1],
				["frame", 0],
			],
		},
	],
	[
		"behind a frame that overtakes more than a restart remembers, it does not come again",
		{
			polls: [false],
			differs: false,
			steps: [
				["open", 0, false],
				["say", 600],
				["overtaken", 0],
				["say", 1],
				["frame", 0],
				["restart"],
				["open", 0, true],
				["frame", 0],
			],
		},
	],
	[
		"nor does it where nothing proved yet that its connection follows",
		{
			polls: [false],
			differs: false,
			steps: [
				["open", 0, false],
				["say", 1],
				["frame", 0],
				["say", 1],
				["frame", 0],
				["close", 0],
				["say", 600],
				["open", 0, true],
				["overtaken", 0],
				["say", 7],
				["frame", 0],
				["restart"],
				["open", 0, true],
				["frame", 0],
			],
		},
	],
	[
		"a connection that lags behind another does not take the cursor back to where it is",
		{
			polls: [false, false],
			differs: false,
			steps: [
				["open", 0, false],
				["open", 1, false],
				["say", 1],
				["frame", 0],
				["frame", 1],
				["say", 5],
				["overtaken", 0],
				["say", 5],
				["frame", 0],
				["pass", 400],
				["say", 495],
				["frame", 0],
				["pass", 400],
				["frame", 1, 1],
				["say", 1],
				["frame", 0],
				["pass", 400],
				["restart"],
				["open", 0, true],
				["frame", 0],
			],
		},
	],
	[
		"of what a poll is given of before the first message nothing comes behind that",
		{
			polls: [false, true, false],
			differs: false,
			steps: [
				["say", 1],
				["open", 0, false],
				["say", 1],
				["frame", 0],
				["open", 1, false],
				["frame", 1],
			],
		},
	],
	[
		"frames that times can't order come in the order in which they arrived",
		{
			polls: [false],
			differs: false,
			steps: [
				["say", 1],
				["open", 0, false],
				["page", 0, 0],
				["say", 2],
				["frame", 0],
				["open", 0, false],
				["say", 1],
				["frame", 0],
			],
		},
	],
	[
		"a restart remembers all that its cursor repeats, where a message that waited kept that before hundreds",
		{
			polls: [false, false],
			differs: true,
			steps: [
				["open", 1, false],
				["open", 0, false],
				["say", 1],
				["overtaken", 0],
				["frame", 1],
				["say", 600],
				["overtaken", 0],
				["frame", 1],
				["restart"],
				["open", 1, true],
				["frame", 1, 10],
			],
		},
	],
	[
		"nor is any of that doubled where the upstream begins with what another connection was shown",
		{
			polls: [false, false],
			differs: true,
			steps: [
				["open", 0, false],
				["open", 1, false],
				["say", 3],
				["frame", 0],
				["say", 600],
				["say", 1],
				["frame", 1],
				["frame", 0],
				["restart"],
				["open", 1, true],
				["frame", 1],
			],
		},
	],
	[
		"what a connection that lags behind the first message brings of before it comes too late",
		{
			polls: [false, false],
			differs: false,
			steps: [
				["open", 0, false],
				["say", 1],
				["open", 1, false],
				["say", 1],
				["frame", 1],
				["frame", 0, 1],
			],
		},
	],
	[
		"nor where the cursor of a connection that lags is taken late, once nothing waits before it",
		{
			polls: [false, false],
			differs: false,
			steps: [
				["open", 1, false],
				["open", 0, false],
				["say", 1],
				["frame", 0],
				["say", 1],
				["frame", 1],
				["say", 600],
				["frame", 0],
				["say", 1],
				["frame", 1],
				["restart"],
				["open", 1, true],
				["overtaken", 1, 100],
				["frame", 1],
			],
		},
	],
	[
		"a page that lags behind the first message, within the second that is known of that, comes too late",
		{
			polls: [false],
			differs: false,
			steps: [
				["say", 3],
				["open", 0, false],
				["say", 1],
				["frame", 0],
				["say", 1],
				["open", 0, true],
				["frame", 0],
				["page", 0, 2],
			],
		},
	],
])("%s", (_, scene) => {
	expect(faultsOf(scene)).toEqual({});
});

broadcastCases(0.15);

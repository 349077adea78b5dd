import { expect, test } from "vitest";
import { rankOf } from "./name-rank.ts";

test.each([
	[false, 0, "0"],
	[false, 9, "0"],
	[false, 10, "10"],
	[false, 29, "20"],
	[false, 30, "30"],
	[false, 75, "40"],
	[true, 3, "admin"],
] as const)("colours a name (moderator: %s) of level %i as %s", (admin, level, rank) => {
	expect(rankOf({ admin, level })).toBe(rank);
});

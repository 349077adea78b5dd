import { expect, test } from "vitest";
import { flipBits } from "./flips.helpers.ts";

// `npm run trial -- flips` flips hundreds.
test("reports a flipped bit, losing at most one block", async () => {
	// One for each table, index and other part of the files.
	const flips = await flipBits({ count: 23, seed: 3 });
	expect(flips.flatMap(({ kind, at, broken }) => broken.map((words) => `${kind} ${at}: ${words}`))).toEqual([]);
});

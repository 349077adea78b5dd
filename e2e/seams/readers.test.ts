import { expect, test } from "vitest";
import { readersRun } from "../kit/readers-run.ts";
import { noDifference } from "../kit/room-log.ts";

test("gives every kind of reader exactly the log", async () => {
	const restarts = 2;
	const run = await readersRun({ rate: 40, restarts, cuts: 3, seed: 2, python: undefined });
	expect(run.logged).toBeGreaterThan(100);
	expect(run.difference).toEqual(noDifference);
	expect(run.followers.length).toBeGreaterThanOrEqual(8);
	for (const { name, events, missing, doubled, partsAt, complaints } of run.followers) {
		expect({ name, events, missing, doubled, partsAt, complaints }).toEqual({
			name,
			events: run.logged,
			missing: 0,
			doubled: 0,
			partsAt: undefined,
			complaints: [],
		});
	}
});

import { expect, test } from "vitest";
import { shrink } from "./shrink.ts";

test("leaves only the steps that break together", async () => {
	const steps = Array.from({ length: 50 }, (_, i) => i);
	const breaks = async (some: readonly number[]) => some.includes(7) && some.includes(31);
	expect(await shrink(steps, breaks)).toEqual([7, 31]);
});

test("leaves nothing if the run breaks without any step", async () => {
	expect(await shrink([1, 2, 3], async () => true)).toEqual([]);
});

test("ends after its last run", async () => {
	let runs = 0;
	const breaks = async (some: readonly number[]) => {
		runs++;
		return some.length > 40;
	};
	await shrink(
		Array.from({ length: 50 }, (_, i) => i),
		breaks,
		10,
	);
	expect(runs).toBeLessThanOrEqual(11);
});

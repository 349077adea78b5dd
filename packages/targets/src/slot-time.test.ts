import { expect, test } from "vitest";
import { SlotTime } from "./slot-time.ts";

test("counts each slot's time, including slots still held", () => {
	const time = new SlotTime();
	time.begin(1_000);
	time.begin(1_500);
	expect(time.spentMs(2_000)).toBeCloseTo(1_500, -2);
	time.end(2_000);
	time.end(2_000);
	expect(time.spentMs(2_000)).toBeCloseTo(1_500, -2);
});

test("halves the counted time each minute", () => {
	const time = new SlotTime();
	time.begin(0);
	time.end(10_000);
	expect(time.spentMs(70_000)).toBeCloseTo(5_000, 0);
	expect(time.spentMs(130_000)).toBeCloseTo(2_500, 0);
});

import { expect, test } from "vitest";
import { floorAbove, minJump } from "./floor.ts";

test("exceeds a former floor when the clock is set back", () => {
	const now = 1.7e12;
	const former = floorAbove({ lastSeq: 5, floor: 0 }, now);
	expect(former).toBe(now * 100);
	expect(floorAbove({ lastSeq: 5, floor: former }, now - 3_600_000)).toBe(former + minJump);
});

import { expect, test } from "vitest";
import { IdentityHolds } from "./identity-cooldowns.ts";

const start = 1e12;

test("pauses one identity as requested, at most an hour", () => {
	const holds = new IdentityHolds();
	holds.slowDown("a", 5000, start);
	holds.slowDown("a", 1000, start + 1000);
	expect(holds.leftMs("a", start + 1000)).toBe(4000);
	expect(holds.leftMs("b", start)).toBe(0);
	expect(holds.leftMs("a", start + 5000)).toBe(0);
	holds.slowDown("a", 1e12, start);
	expect(holds.leftMs("a", start)).toBe(3_600_000);
});

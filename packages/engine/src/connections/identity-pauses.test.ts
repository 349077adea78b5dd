import { expect, test } from "vitest";
import { IdentityPauses } from "./identity-cooldowns.ts";

const start = 1e12;

test("pauses one identity as requested, at most an hour", () => {
	const pauses = new IdentityPauses();
	pauses.pause("a", 5000, start);
	pauses.pause("a", 1000, start + 1000);
	expect(pauses.leftMs("a", start + 1000)).toBe(4000);
	expect(pauses.leftMs("b", start)).toBe(0);
	expect(pauses.leftMs("a", start + 5000)).toBe(0);
	pauses.pause("a", 1e12, start);
	expect(pauses.leftMs("a", start)).toBe(3_600_000);
});

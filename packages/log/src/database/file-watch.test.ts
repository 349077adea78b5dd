import { expect, test } from "vitest";
import { isSameFile } from "./file-watch.ts";

test("treats 64-bit and truncated volume numbers as equal", () => {
	const [whole, half] = [0x1a2b3c4d_5e6f7081n, 0x5e6f7081n];
	expect(isSameFile({ ino: 7n, dev: whole }, { ino: 7n, dev: half })).toBe(true);
	expect(isSameFile({ ino: 7n, dev: whole }, { ino: 8n, dev: whole })).toBe(false);
	expect(isSameFile({ ino: 7n, dev: half }, { ino: 7n, dev: 0x5e6f7082n })).toBe(false);
});

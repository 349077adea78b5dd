import { expect, test } from "vitest";
import { exportRun } from "../bench/kit/export-run.ts";

/** The small form of `npm run trial -- export`. */
test("office exports hold every row in bounded memory", async () => {
	for (const { name, rows, expected, tenthBytes, wholeBytes } of await exportRun(60_000)) {
		expect([name, rows]).toEqual([name, expected]);
		expect([name, wholeBytes - tenthBytes < 64 * 2 ** 20]).toEqual([name, true]);
	}
});

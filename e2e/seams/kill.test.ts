import { expect, test } from "vitest";
import { killRun } from "../kit/kill-run.ts";

test("stores every message once through kills and cuts", async () => {
	const report = await killRun({ rooms: 4, rate: 20, lifeMs: 2_500, kills: 2, cuts: 6, seed: 3 });
	expect(report.sent).toBeGreaterThan(50);
	expect(report).toMatchObject({ stored: report.sent, lost: 0, doubled: 0, foreign: 0, roomsThatDiffer: [], holes: 0 });
	expect(report.cuts).toBe(6);
});

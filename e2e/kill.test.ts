import { expect, test } from "vitest";
import { type KillRunReport, killRun } from "./kit/kill-run.ts";

/** The short form of `npm run trial -- kill`. */
const small = { rooms: 8, rate: 20, lifeMs: 3_500 };

test("stores every message once and in order through kills", async () => {
	const report = await killRun({ ...small, kills: 6, cuts: 0, seed: 1 });
	expectWhole(report);
	expect(report.killsWhileListening).toBeGreaterThan(0);
});

test("stores every message once through kills and cut sockets", async () => {
	const report = await killRun({ ...small, kills: 3, cuts: 20, seed: 2 });
	expectWhole(report);
	expect(report.cuts).toBe(20);
});

function expectWhole(report: KillRunReport): void {
	expect(report.sent).toBeGreaterThan(500);
	expect(report).toMatchObject({ stored: report.sent, lost: 0, doubled: 0, foreign: 0, roomsThatDiffer: [], holes: 0 });
}

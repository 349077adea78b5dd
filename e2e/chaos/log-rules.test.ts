import { expect, test } from "vitest";
import { errorsWithoutCause } from "./log-rules.ts";

const full = '{"level":50,"fault":"disk_full","msg":"The event log can\'t write"}';
/** A disk that was not fine from 1,000 to 2,000. */
const disk = { wasDisturbed: (from: number, to: number) => from <= 2_000 && to >= 1_000 };

test("an error about storage is accounted for while the disk is not fine, and for 10 s after", () => {
	const at = (time: number) => errorsWithoutCause([{ at: time, line: full }], disk);
	expect([at(999), at(1_000), at(12_000), at(12_001)]).toEqual([[full], [], [], [full]]);
});

test("a disk that stalls is the machine's where time runs many times as fast as the disk", () => {
	const stalled = [{ at: 500, line: '{"level":50,"fault":"stalled","msg":"Nothing was stored for 5 s"}' }];
	expect(errorsWithoutCause(stalled, disk, 25)).toEqual([]);
	expect(errorsWithoutCause(stalled, disk)).toHaveLength(1);
});

test("an error about anything else is one, however the disk is", () => {
	const other = '{"level":50,"fault":"corrupt","msg":"The event log can\'t write"}';
	const thrown = '{"level":50,"err":{"code":"internal"},"msg":"A listener threw"}';
	const lines = [other, thrown, "no JSON"].map((line) => ({ at: 1_500, line }));
	expect(errorsWithoutCause(lines, disk)).toEqual([other, thrown, "no JSON"]);
	const refused = '{"level":50,"err":{"code":"storage_failing"},"msg":"It could not be stored"}';
	expect(errorsWithoutCause([{ at: 1_500, line: refused }], disk)).toEqual([]);
});

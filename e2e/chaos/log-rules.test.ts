import { expect, test } from "vitest";
import { errorsWithoutCause } from "./log-rules.ts";

const full = '{"level":50,"fault":"disk_full","msg":"The event log can\'t write"}';
/** A disk that was disturbed from 1,000 to 2,000. */
const disk = { wasDisturbed: (from: number, to: number) => from <= 2_000 && to >= 1_000 };

test("excuses storage errors during and 10 s after a disturbance", () => {
	const at = (time: number) => errorsWithoutCause([{ at: time, line: full }], disk);
	expect([at(999), at(1_000), at(12_000), at(12_001)]).toEqual([[full], [], [], [full]]);
});

test("excuses a stalled disk only on an accelerated clock", () => {
	const stalled = [{ at: 500, line: '{"level":50,"fault":"stalled","msg":"Nothing was stored for 5 s"}' }];
	expect(errorsWithoutCause(stalled, disk, 25)).toEqual([]);
	expect(errorsWithoutCause(stalled, disk)).toHaveLength(1);
});

test("reports all other errors, whatever the disk's state", () => {
	const other = '{"level":50,"fault":"corrupt","msg":"The event log can\'t write"}';
	const thrown = '{"level":50,"err":{"code":"internal"},"msg":"A listener threw"}';
	const lines = [other, thrown, "no JSON"].map((line) => ({ at: 1_500, line }));
	expect(errorsWithoutCause(lines, disk)).toEqual([other, thrown, "no JSON"]);
	const refused = '{"level":50,"err":{"code":"storage_failing"},"msg":"It could not be stored"}';
	expect(errorsWithoutCause([{ at: 1_500, line: refused }], disk)).toEqual([]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { epochsOf, recordingStart, segmentStart } from "./recording-start.ts";

const at = (iso: string) => Date.parse(iso);
const localMs = Date.UTC(2026, 11, 1, 20, 0, 0);
const shanghai = { localMs, timeZone: "Asia/Shanghai" };
const named = at("2026-12-01T12:00:00Z");
const hour = 3_600_000;

test("takes the file's creation if the name agrees", () => {
	const start = (birthMs: number | undefined, writtenMs = named + hour) =>
		recordingStart({ ...shanghai, birthMs, writtenMs });
	expect(start(named + 2_300)).toEqual({ ms: named + 2_300, zoneErrorMs: 0 });
	expect(start(named - 400)).toEqual({ ms: named - 400, zoneErrorMs: 0 });
	// A conversion is created after the end.
	expect(start(named + hour, named + hour + 4_000)).toEqual({ ms: named, zoneErrorMs: 0 });
	expect(start(named + 40_000)).toEqual({ ms: named, zoneErrorMs: 0 });
	expect(start(undefined)).toEqual({ ms: named, zoneErrorMs: 0 });
});

test("distinguishes a name in another time zone from a copy", () => {
	const utc = { ...shanghai, timeZone: "UTC" };
	const birthMs = named + 1_500;
	expect(recordingStart({ ...utc, birthMs, writtenMs: birthMs + hour })).toEqual({
		ms: birthMs,
		zoneErrorMs: 8 * hour,
	});
	// Copied eight hours later in a few seconds.
	const copiedAt = named + 8 * hour + 1_000;
	expect(recordingStart({ ...shanghai, birthMs: copiedAt, writtenMs: copiedAt + 5_000 })).toEqual({
		ms: named,
		zoneErrorMs: 0,
	});
});

test("reads local times of a day on which clocks change", () => {
	const newYork = (hours: number, minutes: number, month: number, day: number) =>
		epochsOf(Date.UTC(2026, month - 1, day, hours, minutes), "America/New_York");
	expect(newYork(1, 30, 11, 1)).toEqual([at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z")]);
	expect(newYork(3, 30, 11, 1)).toEqual([at("2026-11-01T08:30:00Z")]);
	expect(newYork(2, 30, 3, 8)).toEqual([at("2026-03-08T07:30:00Z")]);
	const repeated = { localMs: Date.UTC(2026, 10, 1, 1, 30), timeZone: "America/New_York" };
	for (const birth of ["2026-11-01T05:30:01Z", "2026-11-01T06:30:01Z"]) {
		const writtenMs = at("2026-11-01T09:00:00Z");
		expect(recordingStart({ ...repeated, birthMs: at(birth), writtenMs }).ms).toBe(at(birth));
	}
	const early = { ...repeated, birthMs: undefined, writtenMs: at("2026-11-01T06:00:00Z") };
	expect(recordingStart(early).ms).toBe(at("2026-11-01T05:30:00Z"));
});

test("returns to the same moment from any zone's local time", () => {
	const zones = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "Europe/Berlin"];
	const seconds = fc.integer({ min: at("2024-01-01T00:00:00Z") / 1000, max: at("2028-01-01T00:00:00Z") / 1000 });
	fc.assert(
		fc.property(seconds, fc.constantFrom(...zones), (second, timeZone) => {
			const fields = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
			const local = at(`${fields.format(second * 1000).replace(" ", "T")}Z`);
			expect(epochsOf(local, timeZone)).toContain(second * 1000);
		}),
	);
});

test("places a segment by its creation or its number", () => {
	const lengthMs = 1_800_000;
	const start = (segment: number, birthMs: number | undefined, grewMs: number) =>
		segmentStart({ segment, seriesStartMs: named, lengthMs, birthMs, writtenMs: (birthMs ?? named) + grewMs });
	// A stalled stream delays the segments that follow.
	expect(start(3, named + 3 * lengthMs + 95_000, lengthMs)).toBe(named + 3 * lengthMs + 95_000);
	// The last one is short.
	expect(start(3, named + 3 * lengthMs + 4_000, 20_000)).toBe(named + 3 * lengthMs + 4_000);
	// Conversions take seconds, after the segment.
	expect(start(3, named + 4 * lengthMs + 4_000, 5_000)).toBe(named + 3 * lengthMs);
	expect(start(3, undefined, 0)).toBe(named + 3 * lengthMs);
});

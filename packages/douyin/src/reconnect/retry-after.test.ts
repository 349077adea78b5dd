import { expect, it } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

it.each([
	["120", 120_000],
	[" 0 ", 0],
	["3600", 3_600_000],
	["86400", 3_600_000],
	["9".repeat(400), 3_600_000],
	["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
	["Fri, 02 Jan 2026 00:00:00 GMT", 3_600_000],
	["Wed, 31 Dec 2025 00:00:00 GMT", undefined],
	["-5", undefined],
	["soon", undefined],
	["", undefined],
	[undefined, undefined],
])("reads Retry-After %j as %s ms", (header, ms) => {
	expect(parseRetryAfter(header, now)).toBe(ms);
});

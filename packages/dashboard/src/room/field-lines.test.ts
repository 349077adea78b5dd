import { expect, test } from "vitest";
import { fieldLines } from "./field-lines.ts";

test("flattens fields into lines, and sanitizes hostile text", () => {
	const lines = fieldLines([
		{ field: 1, kind: "message", value: [{ field: 2, kind: "number", value: "18446744073709551615" }] },
		{ field: 3, kind: "text", value: "a\u202eb\u0000c", more: 7 },
		{ field: 3, kind: "bytes", value: "//8=" },
	]);
	expect(lines.map(({ depth, field, value, more }) => [depth, field, value, more])).toEqual([
		[0, "1", "", 0],
		[1, "2", "18446744073709551615", 0],
		[0, "3", "“abc”", 7],
		[0, "3", "base64 //8=", 0],
	]);
	expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
});

import { expect, test } from "vitest";
import { bytesText } from "./bytes.ts";

test.each([
	[0, "0 B"],
	[1023, "1023 B"],
	[1536, "1.5 KB"],
	[150 * 1024 * 1024, "150 MB"],
	[2 * 1024 ** 5, "2048 TB"],
])("formats %i bytes as %s", (bytes, text) => {
	expect(bytesText(bytes)).toBe(text);
});

import { expect, test } from "vitest";
import { windowsArguments } from "./windows-arguments.ts";

test.each([
	['D:\\录播"', "D:\\录播\\"],
	['\\\\nas\\录播"', "\\\\nas\\录播\\"],
	['.\\我的 录播"', ".\\我的 录播\\"],
	['--data-dir=D:\\data"', "--data-dir=D:\\data\\"],
	["D:\\录播", "D:\\录播"],
	['say "hi"', 'say "hi"'],
])("reads %s as %s", (word, expected) => {
	expect(windowsArguments(["node", word, "--once"])).toEqual(["node", expected, "--once"]);
});

test("rejects a path that has swallowed what follows", () => {
	expect(() => windowsArguments(["beside", 'D:\\录播" --once'])).toThrow(
		expect.objectContaining({ code: "invalid_request", message: expect.stringContaining("D:\\录播 ") }),
	);
});

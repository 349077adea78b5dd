import { expect, test } from "vitest";
import { openerOf } from "./open-page.ts";

test.each([
	["win32", ["rundll32.exe", "url.dll,FileProtocolHandler"]],
	["darwin", ["open"]],
	["linux", ["xdg-open"]],
	["freebsd", ["xdg-open"]],
] as const)("opens a page on %s by %j, without a shell", (platform, opener) => {
	expect(openerOf(platform)).toEqual(opener);
});

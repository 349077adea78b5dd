import fc from "fast-check";
import { expect, it } from "vitest";
import { readCookie } from "./cookie-export.ts";

const at = 1_900_000_000;
const netscape = [
	"# Netscape HTTP Cookie File",
	"",
	`#HttpOnly_.douyin.com\tTRUE\t/\tTRUE\t${at}\tsessionid\thush`,
	".douyin.com\tTRUE\t/\tFALSE\t0\tttwid\tv%7C1",
	"www.douyin.com\tFALSE\t/\tFALSE\t0\telsewhere\tx",
	`.example.com\tTRUE\t/\tFALSE\t${at}\tsessionid\tother`,
].join("\r\n");
const extension = [
	{ domain: ".douyin.com", name: "sessionid", value: "hush", expirationDate: at + 0.5, httpOnly: true, path: "/" },
	{ domain: "live.douyin.com", name: "ttwid", value: "v%7C1", session: true },
	{ domain: ".example.com", name: "sessionid", value: "other", expirationDate: 1 },
];
const automation = {
	cookies: [
		{ domain: ".douyin.com", name: "sessionid", value: "hush", expires: at },
		{ domain: ".douyin.com", name: "ttwid", value: "v%7C1", expires: -1 },
	],
	origins: [],
};

it.each([
	["a header", "sessionid=hush; ttwid=v%7C1", undefined],
	["a header with its name", "Cookie: sessionid=hush; ttwid=v%7C1\n", undefined],
	["a cookie file", netscape, at * 1000],
	["a browser extension's JSON", JSON.stringify(extension), at * 1000 + 500],
	["an automation tool's JSON", JSON.stringify(automation, null, 2), at * 1000],
	[
		"JSON with a date in words",
		JSON.stringify([{ ...extension[0], expirationDate: "2030-03-17T17:46:40Z" }, extension[1]]),
		at * 1000,
	],
	["an object of names and values", '{"sessionid": "hush", "ttwid": "v%7C1"}', undefined],
])("reads %s", (_form, text, expiresAt) => {
	expect(readCookie(text)).toEqual({ cookie: "sessionid=hush; ttwid=v%7C1", ...(expiresAt && { expiresAt }) });
});

it("takes the date from the cookie itself where the form has none", () => {
	expect(readCookie("sessionid=a; sid_guard=a%7C1767225600%7C60%7Cx").expiresAt).toBe(1_767_225_660_000);
});

it.each([
	["nothing", ""],
	["words", "my cookie"],
	["half of some JSON", '[{"name": "sessionid", "value": "hu'],
	["an export of another site", JSON.stringify([extension[2]])],
	["JSON of something else", "[1, 2]"],
	["a second line", "sessionid=hush\nX-Evil: 1"],
	["too much", `a=${"x".repeat(1_048_577)}`],
])("refuses %s, without quoting it", (_what, text) => {
	expect(() => readCookie(text)).toThrow(TypeError);
	expect(() => readCookie(text)).not.toThrow(/hush|Evil|other/);
});

it("gives a header that can be sent, or refuses, whatever it is given", () => {
	const text = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constantFrom(netscape, JSON.stringify(extension)));
	fc.assert(
		fc.property(text, (input) => {
			let cookie: string;
			try {
				({ cookie } = readCookie(input));
			} catch (error) {
				expect(error).toBeInstanceOf(TypeError);
				return;
			}
			expect(cookie).toMatch(/^[\x20-\x7e\x80-\xff]*=[\x20-\x7e\x80-\xff]*$/);
		}),
	);
});

import { describe, expect, it } from "vitest";
import { expiryInHeader, hasLogin } from "./login-cookie.ts";

describe("hasLogin", () => {
	it.each([
		["sessionid=abc", true],
		["ttwid=x; sid_tt=1", true],
		["ttwid=x; sessionid_ss=1", true],
		["sessionid=; ttwid=x", false],
		["ttwid=x", false],
		["xsessionid=1", false],
		["", false],
		[undefined, false],
	])("returns for %j: %s", (cookie, expected) => {
		expect(hasLogin(cookie)).toBe(expected);
	});
});

describe("expiryInHeader", () => {
	const given = 1_767_225_600;
	it.each([
		[`sessionid=a; sid_guard=a%7C${given}%7C5184000%7CMon%2C+02-Mar-2026`, (given + 5_184_000) * 1000],
		[`sessionid=a; sid_guard=a|${given}|60|soon`, (given + 60) * 1000],
		[`ttwid=v; sid_guard=a%7C${given}%7C5184000%7Cx`, undefined],
		["sessionid=a; sid_guard=a%7Cx%7C60", undefined],
		["sessionid=a; sid_guard=", undefined],
		["sessionid=a; sid_guard=a|9999999999999|9999999999999|x", undefined],
		["sessionid=a", undefined],
		[undefined, undefined],
	])("reads from %j: %s", (header, expected) => {
		expect(expiryInHeader(header)).toBe(expected);
	});
});

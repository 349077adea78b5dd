import type { IncomingMessage } from "node:http";
import { ManualClock } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { errorTable } from "../errors.ts";
import { recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { type AccessOptions, createAccess } from "./access.ts";

/** A request from an address; a foreign one carries another site's origin. */
function from(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
	return { method: "GET", url: "/api/v1/rooms", headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}
const foreign = { origin: "https://evil.example" };

function accessTo(options: Partial<AccessOptions> = {}) {
	const clock = new ManualClock();
	const openToken = () => undefined;
	const { logger, lines } = recordingLogger();
	const defaults = {
		rateLimit: 2,
		trustProxy: false,
		corsOrigins: [],
		isLoopbackHost: () => true,
		openToken,
		clock,
		logger,
	};
	return { clock, lines, access: createAccess({ ...defaults, ...options }) };
}

test.each([
	["Bearer one", "one"],
	["bearer   one  ", "one"],
	["BEARER one", "one"],
	["Bearer one two", undefined],
	["Bearer ", undefined],
	["Bearerone", undefined],
	["xBearer one", undefined],
	["Basic one", undefined],
	["one", undefined],
	[undefined, undefined],
])("of the header %j the key is %j", (header, key) => {
	expect(accessTo().access.bearerKey(header)).toBe(key);
});

describe("a key that is set", () => {
	const { access } = accessTo({ apiKey: "correct-horse", rateLimit: 0 });

	test("opens, and no other does", () => {
		expect(() => access.admit(from("1.1.1.1"), "correct-horse")).not.toThrow();
		for (const [key, message] of [
			["correct-horsf", "The API key is wrong"],
			["", "An API key is needed"],
			[undefined, "An API key is needed"],
		]) {
			const refusal = expect.objectContaining({ code: "unauthorized", message });
			expect(() => access.admit(from("1.1.1.1"), key)).toThrow(refusal);
		}
	});

	test("does not open to a foreign page, and is not needed where none is", () => {
		const refusal = expect.objectContaining({
			code: "forbidden_origin",
			message: "Pages of https://evil.example may not use the service",
		});
		expect(() => access.admit(from("1.1.1.1", foreign), "correct-horse")).toThrow(refusal);
		expect(() => access.admitWithoutKey(from("1.1.1.1", foreign))).toThrow(refusal);
		expect(() => access.checkSource(from("1.1.1.1", foreign))).toThrow(refusal);
		expect(() => access.admitWithoutKey(from("1.1.1.1"))).not.toThrow();
	});
});

test("an empty key is a key like any other to be guessed: it never opens", () => {
	const { access } = accessTo({ apiKey: "" });
	expect(() => access.admit(from("1.1.1.1"), "")).toThrow(expect.objectContaining({ code: "unauthorized" }));
});

test("without a key everybody may ask who comes from where they may", () => {
	expect(() => accessTo().access.admit(from("1.1.1.1"), undefined)).not.toThrow();
});

test("what is let in is counted by address, with a key or without; only asking for health is not", () => {
	const { access } = accessTo();
	for (let i = 0; i < 10; i++) access.checkSource(from("1.1.1.1"));
	access.admit(from("1.1.1.1"), undefined);
	access.admitWithoutKey(from("1.1.1.1"));
	const tooMany = expect.objectContaining({
		code: "too_many_requests",
		message: "More than 2 requests in a minute",
		retryAfterS: 60,
		hangUp: false,
	});
	expect(() => access.admit(from("1.1.1.1"), undefined)).toThrow(tooMany);
	expect(() => access.admitWithoutKey(from("1.1.1.1"))).toThrow(tooMany);
	expect(() => access.admit(from("2.2.2.2"), undefined)).not.toThrow();
});

test("what is refused is counted apart and slowed, and takes nothing from who may ask", async () => {
	const { access, clock } = accessTo({ apiKey: "k" });
	const codes = Array.from({ length: 3 }, () => codeOf(() => access.admit(from("1.1.1.1"), "wrong")));
	expect(codes).toEqual(["unauthorized", "unauthorized", "too_many_requests"]);
	await clock.advance(15_000);
	expect(() => access.checkSource(from("1.1.1.1", foreign))).toThrow(
		expect.objectContaining({
			code: "too_many_requests",
			message: "Pages of https://evil.example may not use the service, and more than 2 such requests came in a minute",
			retryAfterS: 45,
			hangUp: true,
		}),
	);
	expect(() => access.admit(from("1.1.1.1"), "k")).not.toThrow();
	expect(codeOf(() => access.admit(from("2.2.2.2"), "wrong"))).toBe("unauthorized");
});

test("behind a trusted proxy who asks is counted, and not the proxy", () => {
	const { access } = accessTo({ rateLimit: 1, trustProxy: true });
	const behind = (address: string) => from("10.0.0.1", { "x-forwarded-for": address });
	access.admit(behind("1.1.1.1"), undefined);
	access.admit(behind("2.2.2.2"), undefined);
	expect(codeOf(() => access.admit(behind("1.1.1.1"), undefined))).toBe("too_many_requests");
});

const hintOf = (origin: string) => expect.stringContaining(`add ${origin} to cors_origins`);

test("a foreign page's origin is told with what to add, and to the log once, of so many at most", () => {
	const { access, lines } = accessTo({ rateLimit: 0 });
	for (const origin of ["https://my.example:8443", "http://127.0.0.1:5500", "https://my.example:8443"]) {
		const refusal = expect.objectContaining({
			code: "forbidden_origin",
			hint: { en: hintOf(origin), zh: expect.anything() },
		});
		expect(() => access.admit(from("1.1.1.1", { origin }), undefined)).toThrow(refusal);
	}
	expect(lines.map(({ level, event, origin }) => [level, event, origin])).toEqual([
		[40, "origin_refused", "https://my.example:8443"],
		[40, "origin_refused", "http://127.0.0.1:5500"],
	]);
	expect(lines[0]?.msg).toContain("请把 https://my.example:8443 加入 cors_origins");
	for (let i = 0; i < 200; i++) codeOf(() => access.checkSource(from("1.1.1.1", { origin: `http://a${i}.example` })));
	expect(lines).toHaveLength(50);
});

test("what is no origin is not told to be added, and is no line of the log", () => {
	const { access, lines } = accessTo({ rateLimit: 0 });
	const hostile = ["", "nonsense", "http://a.example/path", "http://a.example\nb", `http://${"a".repeat(400)}.example`];
	for (const origin of hostile) {
		const refusal = expect.objectContaining({ code: "forbidden_origin", hint: errorTable.forbidden_origin.hint });
		expect(() => access.checkSource(from("1.1.1.1", { origin }))).toThrow(refusal);
	}
	expect(lines).toEqual([]);
});

test("a page that is a file is told to be served", () => {
	const { access, lines } = accessTo();
	const hint = { en: expect.stringContaining("serve it over HTTP"), zh: expect.anything() };
	expect(() => access.checkSource(from("1.1.1.1", { origin: "null" }))).toThrow(expect.objectContaining({ hint }));
	expect(lines.map(({ origin }) => origin)).toEqual(["null"]);
});

function codeOf(act: () => void): unknown {
	try {
		act();
		return undefined;
	} catch (error) {
		return (error as { code?: unknown }).code;
	}
}

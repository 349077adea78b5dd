import type { IncomingMessage } from "node:http";
import { errorTable } from "@livekeeper/base/errors";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ownerScope, type Scope } from "../live/index.ts";
import type { Party } from "../outputs/readers/index.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { type AccessOptions, type Admitted, createAccess } from "./access.ts";

/** Returns a request from an address; a foreign one carries another site's origin. */
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
])("reads %j as the key %j", (header, key) => {
	expect(accessTo().access.bearerKey(header)).toBe(key);
});

describe("API key", () => {
	const { access } = accessTo({ apiKey: "correct-horse", rateLimit: 0 });

	test("accepts only the right key", () => {
		expect(() => access.admit(from("1.1.1.1"), "correct-horse")).not.toThrow();
		for (const [key, message] of [
			["correct-horsf", "The API key is wrong"],
			["", "An API key is required"],
			[undefined, "An API key is required"],
		]) {
			const refusal = expect.objectContaining({ code: "unauthorized", message });
			expect(() => access.admit(from("1.1.1.1"), key)).toThrow(refusal);
		}
	});

	test("refuses foreign pages, and is optional for open routes", () => {
		const refusal = expect.objectContaining({
			code: "forbidden_origin",
			message: "Pages from https://evil.example may not use the service",
		});
		expect(() => access.admit(from("1.1.1.1", foreign), "correct-horse")).toThrow(refusal);
		expect(() => access.checkSource(from("1.1.1.1", foreign))).toThrow(refusal);
		expect(() => access.count(from("1.1.1.1"), undefined)).not.toThrow();
	});
});

test("never accepts an empty key", () => {
	const { access } = accessTo({ apiKey: "" });
	expect(() => access.admit(from("1.1.1.1"), "")).toThrow(expect.objectContaining({ code: "unauthorized" }));
});

test("admits any client without a key from allowed places", () => {
	expect(() => accessTo().access.admit(from("1.1.1.1"), undefined)).not.toThrow();
});

test("counts keyless clients as owner by address, except health", () => {
	const { access } = accessTo();
	for (let i = 0; i < 10; i++) access.checkSource(from("1.1.1.1"));
	access.admit(from("1.1.1.1"), undefined);
	access.count(from("1.1.1.1"), undefined);
	const tooMany = expect.objectContaining({
		code: "too_many_requests",
		message: "More than 2 requests in a minute",
		retryAfterS: 60,
		hangUp: false,
	});
	expect(() => access.admit(from("1.1.1.1"), undefined)).toThrow(tooMany);
	expect(() => access.count(from("1.1.1.1"), undefined)).toThrow(tooMany);
	expect(() => access.admit(from("2.2.2.2"), undefined)).not.toThrow();
});

test("counts and slows refused requests separately", async () => {
	const { access, clock } = accessTo({ apiKey: "k" });
	const codes = Array.from({ length: 3 }, () => codeOf(() => access.admit(from("1.1.1.1"), "wrong")));
	expect(codes).toEqual(["unauthorized", "unauthorized", "too_many_requests"]);
	await clock.advance(15_000);
	expect(() => access.checkSource(from("1.1.1.1", foreign))).toThrow(
		expect.objectContaining({
			code: "too_many_requests",
			message:
				"Pages from https://evil.example may not use the service, and there were more than 2 such requests in a minute",
			retryAfterS: 45,
			hangUp: true,
		}),
	);
	expect(() => access.admit(from("1.1.1.1"), "k")).not.toThrow();
	expect(codeOf(() => access.admit(from("2.2.2.2"), "wrong"))).toBe("unauthorized");
});

test("counts owner, tokens, strangers and refusals per address", () => {
	const keys = { owner: "k", "token a": "lko_a", "token b": "lko_b", stranger: undefined, refused: "wrong" } as const;
	const who = fc.constantFrom(...(Object.keys(keys) as (keyof typeof keys)[]));
	const asked = fc.array(fc.tuple(who, fc.constantFrom("1.1.1.1", "2.2.2.2")), { maxLength: 60 });
	fc.assert(
		fc.property(asked, (requests) => {
			const openToken = (key: string): Scope | undefined =>
				/^lko_[ab]$/.test(key) ? { ...ownerScope, who: `token ${key.slice(-1)}` } : undefined;
			const { access } = accessTo({ apiKey: "k", openToken, rateLimit: 3 });
			const counts = new Map<string, number>();
			for (const [who, address] of requests) {
				const count = (counts.get(who + address) ?? 0) + 1;
				counts.set(who + address, count);
				const ask = who === "stranger" ? access.count : access.admit;
				const answer = codeOf(() => expect(partyIn(ask(from(address), keys[who]))).toEqual({ who, network: address }));
				expect(answer).toBe(count > 3 ? "too_many_requests" : who === "refused" ? "unauthorized" : undefined);
			}
		}),
	);
});

test("counts a page by the validity of its key", () => {
	const { access } = accessTo({ apiKey: "k" });
	expect(access.count(from("1.1.1.1"), "k").who).toBe("owner");
	expect(access.count(from("1.1.1.1"), "wrong").who).toBe("stranger");
});

test.each([
	["Authorization", "/socket.io/", { authorization: "Bearer k" }],
	["a subprotocol", "/ws/1", { "sec-websocket-protocol": "livekeeper, livekeeper.key.6b" }],
	["the query", "/ws/1?after=0&api_key=k", {}],
	["the query, as a token", "/ws/1?token=k", {}],
])("takes a connection's key from %s", (_where, url, headers) => {
	const request = Object.assign(from("1.1.1.1", headers as Record<string, string>), { url });
	expect(accessTo().access.connectionKey(request)).toBe("k");
});

test.each([
	["livekeeper.key.e992a5e58c99", "钥匙"],
	["x.livekeeper.key.6b", undefined],
	["livekeeper.key.6bx", undefined],
	["livekeeper.key.6b6", undefined],
	["livekeeper.key.", undefined],
])("reads the sub-protocol %s as the key %s", (protocol, key) => {
	const request = from("1.1.1.1", { "sec-websocket-protocol": protocol });
	expect(accessTo().access.connectionKey(request)).toBe(key);
});

test("looks only presented keys up among the tokens", () => {
	const openToken = vi.fn((_secret: string) => undefined);
	const { access } = accessTo({ apiKey: "k", openToken });
	expect(access.count(from("1.1.1.1"), undefined).who).toBe("stranger");
	expect(openToken).not.toHaveBeenCalled();
	const refusal = { code: "unauthorized", message: "The overlay token is wrong, or was revoked" };
	expect(() => access.admit(from("1.1.1.1"), "lko_revoked")).toThrow(expect.objectContaining(refusal));
	expect(openToken.mock.calls).toEqual([["lko_revoked"]]);
});

const partyIn = (admitted: Party | Admitted): Party => ("party" in admitted ? admitted.party : admitted);

test("counts the client behind a trusted proxy", () => {
	const { access } = accessTo({ rateLimit: 1, trustProxy: true });
	const behind = (address: string) => from("10.0.0.1", { "x-forwarded-for": address });
	access.admit(behind("1.1.1.1"), undefined);
	access.admit(behind("2.2.2.2"), undefined);
	expect(codeOf(() => access.admit(behind("1.1.1.1"), undefined))).toBe("too_many_requests");
});

const hintOf = (origin: string) => expect.stringContaining(`add ${origin} to cors_origins`);

test("explains refused origins, and logs a bounded number once", () => {
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

test("neither explains nor logs an invalid origin", () => {
	const { access, lines } = accessTo({ rateLimit: 0 });
	const hostile = ["", "nonsense", "http://a.example/path", "http://a.example\nb", `http://${"a".repeat(400)}.example`];
	for (const origin of hostile) {
		const refusal = expect.objectContaining({ code: "forbidden_origin", hint: errorTable.forbidden_origin.hint });
		expect(() => access.checkSource(from("1.1.1.1", { origin }))).toThrow(refusal);
	}
	expect(lines).toEqual([]);
});

test("advises to serve a page opened as a file", () => {
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

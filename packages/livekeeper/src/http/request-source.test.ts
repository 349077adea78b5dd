import type { IncomingMessage } from "node:http";
import { requestTexts } from "@livekeeper/base/text";
import { describe, expect, test } from "vitest";
import { type SourceOptions, sourceCheck } from "./request-source.ts";

const isLoopbackHost = (host: string) => ["127.0.0.1", "localhost", "::1"].includes(host);

interface Asked extends Record<string, string | undefined> {
	method?: string | undefined;
	url?: string | undefined;
}

/** Returns the code of the refusal of a request with these headers; `undefined` if it is accepted. */
function refusal(options: Partial<SourceOptions>, { method = "GET", url = "/api/v1/rooms", ...headers }: Asked) {
	const check = sourceCheck({ corsOrigins: [], isLoopbackHost, ...options });
	return check({ method, url, headers } as unknown as IncomingMessage)?.code;
}

test("answers to this machine's and listed names without key", () => {
	const options = { corsOrigins: ["http://allowed.example:8080", "*.no-url"] };
	for (const host of [
		"127.0.0.1",
		"127.0.0.1:7001",
		"LOCALHOST:7001",
		"[::1]",
		"[::1]:7001",
		"allowed.example:8080",
		undefined,
	]) {
		expect(refusal(options, { host }), host).toBeUndefined();
	}
	for (const host of [
		"evil.example",
		"127.0.0.1.evil.example:7001",
		"allowed.example",
		"allowed.example:1",
		"[::2]:7001",
		"[::1].evil.example",
		"evil[::1]",
		"localhost:1:2",
		"local:1host",
		"localhost:7001.evil.example",
		"[::1]:7001.evil.example",
		"*.no-url",
		"",
	]) {
		expect(refusal(options, { host }), host).toBe("forbidden_host");
	}
	expect(refusal({ apiKey: "k" }, { host: "any.example" })).toBeUndefined();
});

test("requires a page's origin to be its host or listed", () => {
	const host = "127.0.0.1:7001";
	const listed = { corsOrigins: ["https://a.example"] };
	expect(refusal({}, { host, origin: "http://127.0.0.1:7001" })).toBeUndefined();
	expect(refusal(listed, { host, origin: "https://a.example" })).toBeUndefined();
	for (const origin of ["http://127.0.0.1:7002", "http://127.0.0.1", "https://b.example", "null", "", "nonsense"]) {
		expect(refusal(listed, { host, origin }), origin).toBe("forbidden_origin");
	}
	expect(refusal({ apiKey: "k" }, { origin: "http://127.0.0.1:7001" })).toBe("forbidden_origin");
	expect(refusal({}, { origin: "null" })).toBe("forbidden_origin");
});

test("checks only the host if every origin is listed", () => {
	const options = { corsOrigins: ["*"] };
	expect(refusal(options, { host: "localhost", origin: "null", "sec-fetch-site": "cross-site" })).toBeUndefined();
	expect(refusal(options, { host: "evil.example" })).toBe("forbidden_host");
});

test.each([
	[undefined, undefined],
	["same-origin", undefined],
	["none", undefined],
	["same-site", "forbidden_origin"],
	["cross-site", "forbidden_origin"],
	["", "forbidden_origin"],
])("checks Sec-Fetch-Site without an origin: %s", (site, code) => {
	expect(refusal({}, { host: "localhost", "sec-fetch-site": site })).toBe(code);
});

const link = {
	"sec-fetch-site": "cross-site",
	"sec-fetch-mode": "navigate",
	"sec-fetch-dest": "document",
	url: "/docs",
};

test.each([
	["a page", {}],
	["a page by HEAD", { method: "HEAD" }],
])("allows another site's link to %s", (_, asked) => {
	expect(refusal({}, { ...link, ...asked })).toBeUndefined();
});

test.each([
	["the API", { url: "/api/v1/rooms" }],
	["an empty path", { url: "" }],
	["a page by POST", { method: "POST" }],
	["a frame", { "sec-fetch-dest": "iframe" }],
	["a script", { "sec-fetch-mode": "no-cors" }],
])("refuses another site's link to %s", (_, asked) => {
	expect(refusal({}, { ...link, ...asked })).toBe("forbidden_origin");
});

describe("hand-over of a cookie by the browser extension", () => {
	const sent = {
		method: "POST",
		url: "/api/v1/pairings/cookie?x=1",
		headers: { host: "127.0.0.1:7001", origin: "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim" },
		socket: { remoteAddress: "::ffff:127.0.0.1" },
	};
	const check = sourceCheck({ apiKey: "k", corsOrigins: ["*", "https://a.example"], isLoopbackHost });
	const refused = (asked: object) => check({ ...sent, ...asked } as unknown as IncomingMessage);

	test("is accepted on this machine only", () => {
		expect(refused({})).toBeUndefined();
		for (const [what, asked] of Object.entries({
			"another machine": { socket: { remoteAddress: "10.0.0.9" } },
			"no address": { socket: {} },
			"a proxy": { headers: { ...sent.headers, "x-forwarded-for": "127.0.0.1" } },
			"another host name": { headers: { ...sent.headers, host: "live.example" } },
			"no host name": { headers: { origin: sent.headers.origin } },
		})) {
			expect(refused(asked), what).toEqual({ code: "forbidden_origin", text: requestTexts.onlyExtension });
		}
	});

	test("is refused to pages, even those listed", () => {
		for (const origin of ["https://a.example", "http://127.0.0.1:7001", "chrome-extension://another", undefined]) {
			expect(refused({ headers: { ...sent.headers, origin } })?.code, origin).toBe("forbidden_origin");
		}
		expect(refused({ method: "GET", headers: { ...sent.headers, origin: "https://a.example" } })).toBeUndefined();
	});
});

test("explains only origins that can be listed", () => {
	const check = sourceCheck({ corsOrigins: [], isLoopbackHost });
	const refusedTo = (origin: string) => check({ method: "GET", url: "/", headers: { origin } } as IncomingMessage);
	const longest = `http://${"a".repeat(293)}`;
	for (const origin of [longest, "https://b.example:8443"]) {
		const hint = requestTexts.foreignOriginHint(origin);
		expect(refusedTo(origin)).toEqual({
			code: "forbidden_origin",
			text: requestTexts.foreignOrigin(origin),
			hint,
			origin,
		});
	}
	for (const origin of [`${longest}a`, "nonsense", "https://b.example/path"]) {
		const text = requestTexts.foreignOrigin(origin.slice(0, 300));
		expect(refusedTo(origin), origin).toEqual({ code: "forbidden_origin", text });
	}
});

test("names what it refuses", () => {
	const check = sourceCheck({ corsOrigins: [], isLoopbackHost });
	const messageFor = (headers: Record<string, string>) =>
		check({ method: "GET", url: "/", headers } as unknown as IncomingMessage)?.text.en;
	expect(messageFor({ host: "evil.example" })).toBe("The service does not accept the host name evil.example");
	expect(messageFor({ origin: "https://evil.example" })).toBe(
		"Pages from https://evil.example may not use the service",
	);
	expect(messageFor({ origin: "null" })).toBe(
		"Pages without an origin (local files, sandboxed frames) may not use the service",
	);
	expect(messageFor({ "sec-fetch-site": "cross-site" })).toBe("Pages from other sites may not use the service");
});

import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask, sharedTestService, startTestService, type TestService } from "../service/service.helpers.ts";

const key = { apiKey: "correct-horse" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const guarded = [
	["GET", "/api/live/status"],
	["POST", "/api/live/start"],
	["POST", "/api/live/stop"],
	["GET", "/api/v1/rooms"],
	["PUT", "/api/v1/rooms/1001"],
	["GET", "/metrics"],
	["GET", "/no/such/route"],
	["GET", "/healthy"],
	["GET", "/docsx"],
] as const;

describe("with a key set", () => {
	const service = sharedTestService(key);

	test.each(guarded)("%s %s requires it", async (method, path) => {
		const body = method === "POST" ? { live_id: "1001" } : undefined;
		for (const headers of [
			{},
			bearer("wrong"),
			bearer(""),
			{ authorization: "correct-horse" },
			bearer("correct-horsf"),
		]) {
			const refused = await ask(service(), method, path, body, headers);
			expect(refused).toMatchObject({ status: 401, body: { success: false, error: { code: "unauthorized" } } });
			expect(refused.headers.get("www-authenticate")).toBe("Bearer");
		}
		expect((await ask(service(), method, path, body, bearer("correct-horse"))).status).not.toBe(401);
	});

	test.each(["/health/live", "/health/ready", "/docs/json"])("%s requires no key", async (path) => {
		expect((await ask(service(), "GET", path)).status).toBe(200);
	});
});

test("neither echoes nor logs a refused key", async () => {
	const service = await startTestService(key);
	const { body } = await ask(service, "GET", "/api/live/status", undefined, bearer("guess-123456"));
	expect(JSON.stringify([body, service.lines])).not.toMatch(/guess-123456|correct-horse/);
});

/** `fetch` does not let a test choose `Host`. */
function statusFor(
	service: TestService,
	headers: Record<string, string>,
	{ method = "GET", path = "/api/live/status" } = {},
): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const options = { host: "127.0.0.1", port: service.port, method, path, headers };
		request(options, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on("error", reject)
			.end();
	});
}

test("answers only this machine's own names without a key", async () => {
	const service = await startTestService({ corsOrigins: "http://allowed.example:8080" });
	for (const host of ["127.0.0.1:1", "localhost", "LOCALHOST:7001", "[::1]:7001", "allowed.example:8080"]) {
		expect(await statusFor(service, { host }), host).toBe(200);
	}
	for (const host of ["evil.example", "127.0.0.1.evil.example:7001", "localhost.evil.example", "10.0.0.1"]) {
		expect(await statusFor(service, { host }), host).toBe(403);
	}
});

test("answers any name with a key", async () => {
	const service = await startTestService(key);
	expect(await statusFor(service, { host: "live.example", ...bearer("correct-horse") })).toBe(200);
});

test("hides answers from foreign pages unless listed", async () => {
	const closed = await startTestService();
	const open = await startTestService({ corsOrigins: "https://a.example" });
	const allowedFor = async (service: TestService, origin: string) =>
		(await ask(service, "GET", "/api/live/status", undefined, { origin })).headers.get("access-control-allow-origin");
	expect(await allowedFor(closed, "https://a.example")).toBeNull();
	expect(await allowedFor(open, "https://a.example")).toBe("https://a.example");
	expect(await allowedFor(open, "https://b.example")).toBeNull();
});

test("answers a listed origin's preflight without a key", async () => {
	const service = await startTestService({ ...key, corsOrigins: "https://a.example" });
	const preflight = await ask(service, "OPTIONS", "/api/live/start", undefined, {
		origin: "https://a.example",
		"access-control-request-method": "POST",
		"access-control-request-headers": "authorization,content-type",
	});
	expect(preflight.status).toBe(204);
	expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
});

/** Headers that identify the requesting page. `fetch` in Node would not let them through. */
const pages = {
	"another site's page, with fetch": { origin: "https://evil.example" },
	"a sandboxed frame": { origin: "null" },
	"another site's page, with no-cors": { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
	"a page on another local port, with no-cors": {
		"sec-fetch-site": "same-site",
		"sec-fetch-mode": "no-cors",
	},
	"another site's frame": { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
	"a link to the API": {
		"sec-fetch-site": "cross-site",
		"sec-fetch-mode": "navigate",
		"sec-fetch-dest": "document",
	},
} satisfies Record<string, Record<string, string>>;

describe("without a key", () => {
	const service = sharedTestService();

	test.each(Object.entries(pages))("refuses %s before doing anything", async (_page, headers) => {
		expect(await statusFor(service(), headers)).toBe(403);
		expect(await statusFor(service(), headers, { path: "/health/live" })).toBe(403);
		expect(await statusFor(service(), headers, { method: "POST", path: "/api/live/start" })).toBe(403);
	});
});

test("names cors_origins to a refused page, and logs it once", async () => {
	const service = await startTestService({ ...key, corsOrigins: "https://a.example" });
	const headers = { origin: "https://mine.example", "accept-language": "zh-CN" };
	const preflight = { ...headers, "access-control-request-method": "GET" };
	const answers = [
		(await ask(service, "GET", "/api/v1/rooms", undefined, headers)).body.error.hint,
		(await ask(service, "OPTIONS", "/api/v1/rooms", undefined, preflight)).body.error.hint,
		(await ask(service, "GET", "/socket.io/?EIO=4&transport=polling", undefined, headers)).body.message,
	];
	for (const path of ["/ws", "/socket.io/?EIO=4&transport=websocket"]) {
		const socket = new WebSocket(`${service.url.replace("http", "ws")}${path}`, { headers });
		const [, response] = await once(socket, "unexpected-response");
		const chunks: Buffer[] = [];
		for await (const chunk of response) chunks.push(chunk);
		answers.push(Buffer.concat(chunks).toString());
	}
	for (const answer of answers) expect(answer).toContain("请把 https://mine.example 加入 cors_origins");
	const lines = service.lines.filter(({ event }) => event === "origin_refused");
	expect(lines.map(({ msg }) => msg)).toEqual([expect.stringContaining("请把 https://mine.example 加入 cors_origins")]);
});

test("treats another port of the same host as foreign", async () => {
	const service = await startTestService();
	const origin = `http://127.0.0.1:${service.port + 1}`;
	expect(await statusFor(service, { origin })).toBe(403);
	expect(await statusFor(service, { origin: service.url })).toBe(200);
	expect(await statusFor(service, { origin: "http://localhost:7001", host: "localhost:7001" })).toBe(200);
});

test("accepts its own pages, programs and the address bar", async () => {
	const service = await startTestService();
	for (const headers of [{}, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }]) {
		expect(await statusFor(service, headers)).toBe(200);
	}
});

test("opens its pages, which hold no data, from any link", async () => {
	const service = await startTestService(key);
	const link = pages["a link to the API"];
	expect(await statusFor(service, link, { path: "/docs/json" })).toBe(200);
	expect(await statusFor(service, link, { path: "/docs?x=1" })).not.toBe(403);
	expect(await statusFor(service, link, { path: "/" })).toBe(200);
	expect(await statusFor(service, link, { path: "/docs/json", method: "POST" })).toBe(403);
	expect(await statusFor(service, pages["another site's frame"], { path: "/docs/json" })).toBe(403);
});

test("shows browsers its page at any address without key", async () => {
	const service = await startTestService(key);
	const statuses = async (accept: string) =>
		await Promise.all(["/no/such/page", "/api/no/such"].map((path) => statusFor(service, { accept }, { path })));
	expect(await statuses("text/html")).toEqual([404, 401]);
	expect(await statuses("application/json")).toEqual([401, 401]);
});

test("serves a listed origin only with an Origin header", async () => {
	const service = await startTestService({ corsOrigins: "https://a.example" });
	const site = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
	expect(await statusFor(service, { ...site, origin: "https://a.example" })).toBe(200);
	expect(await statusFor(service, site)).toBe(403);
});

test("answers 429 past the limit, except for health checks", async () => {
	const service = await startTestService({ rateLimit: "5" });
	for (let i = 0; i < 20; i++) expect((await ask(service, "GET", "/health/live")).status).toBe(200);
	const statuses: number[] = [];
	for (let i = 0; i < 7; i++)
		statuses.push((await ask(service, "GET", i % 2 ? "/api/live/status" : "/nowhere")).status);
	expect(statuses).toEqual([404, 200, 404, 200, 404, 429, 429]);
	const refused = await ask(service, "GET", "/api/live/status");
	expect(refused.body.error).toMatchObject({ code: "too_many_requests" });
	expect(Number(refused.headers.get("retry-after"))).toBe(60);
	expect((await ask(service, "GET", "/health/ready")).status).toBe(200);
	await service.clock.advance(60_000);
	expect((await ask(service, "GET", "/api/live/status")).status).toBe(200);
});

test("slows guessed keys, and still accepts the right one", async () => {
	const service = await startTestService({ ...key, rateLimit: "3" });
	const answers: (number | string | null)[][] = [];
	for (let i = 0; i < 5; i++) {
		const { status, headers } = await ask(service, "GET", "/api/live/status", undefined, bearer(`g${i}`));
		answers.push([status, headers.get("connection")]);
	}
	const [refused, slowed] = [
		[401, "keep-alive"],
		[429, "close"],
	];
	expect(answers).toEqual([refused, refused, refused, slowed, slowed]);
	for (let i = 0; i < 3; i++) {
		expect((await ask(service, "GET", "/api/live/status", undefined, bearer("correct-horse"))).status).toBe(200);
	}
	expect((await ask(service, "GET", "/api/live/status", undefined, bearer("correct-horse"))).status).toBe(429);
});

test("admits the owner whatever else its address sends", async () => {
	const service = await startTestService({ ...key, rateLimit: "5" });
	const right = bearer("correct-horse");
	const made = await ask(service, "POST", "/api/v1/overlay-tokens", { name: "OBS" }, right);
	const statusesOf = async (path: string, headers = {}) => {
		const answers: number[] = [];
		for (let i = 0; i < 7; i++) answers.push((await ask(service, "GET", path, undefined, headers)).status);
		return answers;
	};
	expect((await statusesOf("/docs/json")).filter((status) => status === 429)).toHaveLength(2);
	expect(new Set(await statusesOf("/socket.io/?EIO=4&transport=polling"))).toEqual(new Set([403]));
	const byToken = await statusesOf("/api/live/status", bearer(made.body.secret));
	expect(byToken).toEqual([403, 403, 403, 403, 403, 429, 429]);
	expect((await ask(service, "GET", "/docs/json", undefined, right)).status).toBe(200);
	expect(await statusesOf("/api/live/status", right)).toEqual([200, 200, 200, 429, 429, 429, 429]);
});

test("counts a foreign page's requests against no other party", async () => {
	const service = await startTestService({ rateLimit: "3" });
	const statuses: (number | undefined)[] = [];
	for (let i = 0; i < 5; i++) statuses.push(await statusFor(service, pages["another site's page, with no-cors"]));
	for (let i = 0; i < 5; i++) statuses.push(await statusFor(service, { host: "evil.example" }));
	expect(statuses).toEqual([403, 403, 403, ...Array.from({ length: 7 }, () => 429)]);
	expect(await statusFor(service, {})).toBe(200);
});

test("counts each address, and trusts only listed proxies", async () => {
	const askFor = (service: TestService, address: string) => statusFor(service, { "x-forwarded-for": address });
	const closed = await startTestService({ rateLimit: "1" });
	expect([await askFor(closed, "10.0.0.1"), await askFor(closed, "10.0.0.2")]).toEqual([200, 429]);
	const behindProxy = await startTestService({ rateLimit: "1", trustProxy: "127.0.0.1" });
	expect([await askFor(behindProxy, "10.0.0.1"), await askFor(behindProxy, "10.0.0.2")]).toEqual([200, 200]);
	expect([await askFor(behindProxy, "10.0.0.1"), await askFor(behindProxy, "6.6.6.6, 10.0.0.2")]).toEqual([429, 429]);
});

test("sends security headers", async () => {
	const service = await startTestService();
	const { headers } = await ask(service, "GET", "/api/live/status");
	expect(headers.get("x-content-type-options")).toBe("nosniff");
	expect(headers.get("content-security-policy")).toContain("default-src 'self'");
	expect(headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
});

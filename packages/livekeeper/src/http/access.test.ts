import { request } from "node:http";
import { expect, test } from "vitest";
import { ask, startTestService, type TestService } from "../service/service.test-kit.ts";

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

test.each(guarded)("with a key set, %s %s needs it", async (method, path) => {
	const service = await startTestService(key);
	const body = method === "POST" ? { live_id: "1001" } : undefined;
	for (const headers of [
		{},
		bearer("wrong"),
		bearer(""),
		{ authorization: "correct-horse" },
		bearer("correct-horsf"),
	]) {
		const refused = await ask(service, method, path, body, headers);
		expect(refused).toMatchObject({ status: 401, body: { success: false, error: { code: "unauthorized" } } });
		expect(refused.headers.get("www-authenticate")).toBe("Bearer");
	}
	expect((await ask(service, method, path, body, bearer("correct-horse"))).status).not.toBe(401);
});

test.each(["/health/live", "/health/ready", "/docs/json"])("%s needs no key", async (path) => {
	const service = await startTestService(key);
	expect((await ask(service, "GET", path)).status).toBe(200);
});

test("a refused key is neither answered nor logged", async () => {
	const service = await startTestService(key);
	const { body } = await ask(service, "GET", "/api/live/status", undefined, bearer("guess-123456"));
	expect(JSON.stringify([body, service.lines])).not.toMatch(/guess-123456|correct-horse/);
});

/** `fetch` doesn't let a test choose `Host`. */
function statusFor(service: TestService, headers: Record<string, string>): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const options = { host: "127.0.0.1", port: service.port, path: "/api/live/status", headers };
		request(options, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on("error", reject)
			.end();
	});
}

test("without a key only this machine's own names are answered, so that no foreign DNS name reaches it", async () => {
	const service = await startTestService({ corsOrigins: "http://allowed.example:8080" });
	for (const host of ["127.0.0.1:1", "localhost", "LOCALHOST:7001", "[::1]:7001", "allowed.example:8080"]) {
		expect(await statusFor(service, { host }), host).toBe(200);
	}
	for (const host of ["evil.example", "127.0.0.1.evil.example:7001", "localhost.evil.example", "10.0.0.1"]) {
		expect(await statusFor(service, { host }), host).toBe(403);
	}
});

test("with a key any name is answered", async () => {
	const service = await startTestService(key);
	expect(await statusFor(service, { host: "live.example", ...bearer("correct-horse") })).toBe(200);
});

test("pages of other origins may not read answers unless they are listed", async () => {
	const closed = await startTestService();
	const open = await startTestService({ corsOrigins: "https://a.example" });
	const allowedFor = async (service: TestService, origin: string) =>
		(await ask(service, "GET", "/api/live/status", undefined, { origin })).headers.get("access-control-allow-origin");
	expect(await allowedFor(closed, "https://a.example")).toBeNull();
	expect(await allowedFor(open, "https://a.example")).toBe("https://a.example");
	expect(await allowedFor(open, "https://b.example")).toBeNull();
});

test("a listed origin's preflight passes without a key", async () => {
	const service = await startTestService({ ...key, corsOrigins: "https://a.example" });
	const preflight = await ask(service, "OPTIONS", "/api/live/start", undefined, {
		origin: "https://a.example",
		"access-control-request-method": "POST",
		"access-control-request-headers": "authorization,content-type",
	});
	expect(preflight.status).toBe(204);
	expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
});

test("past the rate limit requests get a 429 with the time to wait, and health checks don't count", async () => {
	const service = await startTestService({ rateLimit: "5" });
	for (let i = 0; i < 20; i++) expect((await ask(service, "GET", "/health/live")).status).toBe(200);
	const statuses: number[] = [];
	for (let i = 0; i < 7; i++)
		statuses.push((await ask(service, "GET", i % 2 ? "/api/live/status" : "/nowhere")).status);
	expect(statuses).toEqual([404, 200, 404, 200, 404, 429, 429]);
	const refused = await ask(service, "GET", "/api/live/status");
	expect(refused.body.error).toMatchObject({ code: "too_many_requests" });
	expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
	expect((await ask(service, "GET", "/health/ready")).status).toBe(200);
});

test("wrong keys count towards the rate limit, so that keys can't be guessed at speed", async () => {
	const service = await startTestService({ ...key, rateLimit: "3" });
	const statuses: number[] = [];
	for (let i = 0; i < 5; i++)
		statuses.push((await ask(service, "GET", "/api/live/status", undefined, bearer(`g${i}`))).status);
	expect(statuses).toEqual([401, 401, 401, 429, 429]);
});

test("answers carry the headers that keep browsers safe", async () => {
	const service = await startTestService();
	const { headers } = await ask(service, "GET", "/api/live/status");
	expect(headers.get("x-content-type-options")).toBe("nosniff");
	expect(headers.get("content-security-policy")).toContain("default-src 'self'");
	expect(headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
});

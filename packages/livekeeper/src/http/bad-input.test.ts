import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ask, sharedTestService, type TestService } from "../service/service.helpers.ts";

const json = { "content-type": "application/json" };

const started = sharedTestService({ rateLimit: "0" });
let service: TestService;

beforeAll(async () => {
	service = started();
	await ask(service, "POST", "/api/live/start", { live_id: "1001" });
});

function expectError(answer: Awaited<ReturnType<typeof ask>>, status: number, code: string, what?: string): void {
	const error = { code, message: expect.stringMatching(/./), hint: expect.stringMatching(/./) };
	expect(answer, what).toMatchObject({ status });
	expect(answer.body, what).toEqual({ success: false, error });
}

describe.each(["/api/live/start", "/api/live/stop"])("POST %s", (path) => {
	const badIds: [what: string, body: object][] = [
		["missing", {}],
		["empty", { live_id: "" }],
		["blank", { live_id: "   " }],
		["over-long", { live_id: "1".repeat(65) }],
		["far over-long", { live_id: "1".repeat(50_000) }],
		["a number that is not exact", { live_id: 2 ** 60 }],
		["a number with a fraction", { live_id: 0.5 }],
		["null", { live_id: null }],
		["a list", { live_id: ["1001"] }],
		["an object", { live_id: { toString: "1001" } }],
		["a traversal", { live_id: "../x" }],
		["dots", { live_id: ".." }],
		["a path", { live_id: "a/b" }],
		["a query", { live_id: "1001?x=1" }],
		["a line break", { live_id: "1001\r\nX: y" }],
		["another site's URL", { live_id: "https://example.com/1001" }],
		["a look-alike URL", { live_id: "https://live.douyin.com.example.com/1001" }],
		["a URL with another user", { live_id: "https://live.douyin.com@example.com/1001" }],
		["a URL without a room", { live_id: "https://live.douyin.com/" }],
	];

	test("explains an invalid live id with a 400", async () => {
		for (const [what, body] of badIds) {
			expectError(await ask(service, "POST", path, body), 400, "invalid_live_id", what);
		}
	});

	const notJson: [what: string, body: string, headers: Record<string, string>][] = [
		["text under JSON", "not json", json],
		["cut-off JSON", '{"live_id":', json],
		["text as text", "not json", { "content-type": "text/plain" }],
		["a form", "live_id=1001", { "content-type": "application/x-www-form-urlencoded" }],
		["bytes of an unknown type", "\u0000\u0001", { "content-type": "application/octet-stream" }],
		["a poisoned prototype", '{"__proto__":{"live_id":"1"}}', json],
	];

	test("refuses what is not JSON with a 400", async () => {
		for (const [what, body, headers] of notJson) {
			expectError(await ask(service, "POST", path, body, headers), 400, "invalid_json", what);
		}
	});

	const notObjects: [what: string, body: string | undefined][] = [
		["nothing", undefined],
		["null", "null"],
		["a list", "[]"],
		["a string", '"1001"'],
	];

	test("refuses a body that is no object with a 400", async () => {
		for (const [what, body] of notObjects) {
			expectError(await ask(service, "POST", path, body, json), 400, "invalid_request", what);
		}
	});

	test("refuses JSON sent as text, which needs no preflight", async () => {
		for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/json; charset=x"]) {
			const answer = await ask(service, "POST", path, '{"live_id":"1001"}', { "content-type": type });
			expectError(answer, 415, "unsupported_media_type");
		}
	});

	test("refuses an oversized body with a 413, even without length", async () => {
		const big = JSON.stringify({ live_id: "1001", padding: "x".repeat(70_000) });
		expectError(await ask(service, "POST", path, big, json), 413, "payload_too_large");
		const stream = new Blob([big]).stream();
		const response = await fetch(service.url + path, {
			method: "POST",
			body: stream,
			headers: json,
			duplex: "half",
		} as RequestInit);
		expect(response.status).toBe(413);
	});
});

test("names an unknown option, and does not start the room", async () => {
	const answer = await ask(service, "POST", "/api/live/start", { live_id: "1002", cokie: "sessionid=x" });
	expectError(answer, 400, "invalid_request");
	expect(answer.body.error.message).toContain("cokie");
	expect((await ask(service, "GET", "/api/v1/rooms/1002")).status).toBe(404);
});

test("refuses a path without a room with a 400", async () => {
	for (const id of [
		"..%2fx",
		"..%2e",
		"a%2fb",
		"%20",
		"1".repeat(65),
		"1".repeat(3000),
		"https%3A%2F%2Fexample.com%2F1",
	]) {
		for (const method of ["GET", "PUT", "DELETE"]) {
			const what = `${method} ${id}`;
			expectError(await ask(service, method, `/api/v1/rooms/${id}`), 400, "invalid_live_id", what);
		}
	}
});

test("refuses undecodable or oversized paths with a common 400", async () => {
	expectError(await ask(service, "GET", "/api/v1/rooms/%zz"), 400, "invalid_request");
	expectError(await ask(service, "GET", `/api/v1/rooms/${"1".repeat(8000)}`), 400, "invalid_live_id");
});

test("answers 404 or 405 with the allowed methods", async () => {
	expectError(await ask(service, "GET", "/nothing/here"), 404, "not_found");
	const wrong = await ask(service, "GET", "/api/live/start");
	expectError(wrong, 405, "method_not_allowed");
	expect(wrong.headers.get("allow")).toBe("POST");
	expect((await ask(service, "POST", "/api/v1/rooms/1001", {})).headers.get("allow")).toBe(
		"GET, HEAD, PUT, PATCH, DELETE",
	);
});

test.each(["events/stream", "export"])("allows no HEAD that would produce all of %s", async (path) => {
	const url = `${service.url}/api/v1/rooms/1001/${path}`;
	const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5000) });
	expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
});

test("knows no route with a surplus slash, whatever the method", async () => {
	for (const [method, path] of [
		["GET", "/api/v1/identities/main/"],
		["GET", "/api/v1/rooms/1001/"],
		["POST", "/api/live/start/"],
		["DELETE", "/api/live/start/"],
	] as const) {
		expectError(await ask(service, method, path), 404, "not_found", `${method} ${path}`);
	}
});

test.each(["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nBad Header\r\n\r\n"])(
	"survives %j, and answers in the common form",
	async (bytes) => {
		const socket = connect(service.port, "127.0.0.1");
		socket.end(bytes);
		let text = "";
		socket.on("data", (chunk: Buffer) => {
			text += chunk.toString();
		});
		await once(socket, "close");
		expect(text).toMatch(/^HTTP\/1\.1 400 /);
		expect(text).toContain('{"success":false,"error":{"code":"invalid_request"');
		expect((await ask(service, "GET", "/health/live")).status).toBe(200);
	},
);

test("answers any post without a 5xx or side effects", async () => {
	const anything = fc.oneof(
		fc.record({ live_id: fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.jsonValue(), fc.webUrl()) }),
		fc.jsonValue(),
	);
	const body = fc.oneof(
		anything.map((value) => JSON.stringify(value)),
		fc.string({ unit: "binary" }),
	);
	const type = fc.oneof(fc.constant("application/json"), fc.constantFrom("text/plain", "x/y", "multipart/form-data"));
	const path = fc.constantFrom("/api/live/start", "/api/live/stop");
	await fc.assert(
		fc.asyncProperty(path, body, type, async (route, text, contentType) => {
			const answer = await ask(service, "POST", route, text, { "content-type": contentType });
			expect(answer.status).toBeLessThan(500);
			expect(typeof answer.body.success).toBe("boolean");
			if (answer.status === 200) await ask(service, "POST", "/api/live/stop", { live_id: answer.body.live_id });
		}),
		{ numRuns: 300 },
	);
	expect((await ask(service, "GET", "/api/live/status")).body.active_rooms).toEqual(["1001"]);
	expect(service.lines.filter((line) => line.level >= 50)).toEqual([]);
});

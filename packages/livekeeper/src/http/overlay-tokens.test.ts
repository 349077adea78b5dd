import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ask, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";

const all = "/api/v1/overlay-tokens";
const key = "correct-horse";
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const owner = bearer(key);

interface Made {
	token: { id: string };
	secret: string;
}

async function make(service: TestService, body: object = { name: "OBS", live_id: "1001" }): Promise<Made> {
	const { status, body: made } = await ask(service, "POST", all, body, owner);
	expect(status).toBe(201);
	return made;
}

const listed = async (service: TestService) => (await ask(service, "GET", all, undefined, owner)).body.tokens;

/** Returns the response's status, and the code of a refusal; an endless response is abandoned. */
async function knock(service: TestService, method: string, path: string, headers: object, body?: string) {
	const left = new AbortController();
	const given = { method, headers: { ...headers, ...(body ? { "content-type": "application/json" } : {}) } };
	const response = await fetch(`${service.url}${path}`, { ...given, ...(body && { body }), signal: left.signal });
	const code =
		response.ok || method === "HEAD"
			? undefined
			: ((await response.json()) as { error?: { code?: string } }).error?.code;
	left.abort();
	return { status: response.status, code };
}

test("shows a new token's secret once, lists and revokes it", async () => {
	const service = await startTestService();
	expect((await ask(service, "GET", all)).body).toEqual({ success: true, tokens: [] });
	const made = await ask(service, "POST", all, { name: " OBS 直播间 ", live_id: "https://live.douyin.com/1001" });
	const now = service.clock.now();
	const shows = { name: "OBS 直播间", live_id: "1001", settings: "", test: null };
	const token = { id: expect.any(String), ...shows, created_at: now, last_used_at: null };
	expect(made).toMatchObject({ status: 201 });
	expect(made.body).toEqual({ success: true, token, secret: expect.stringMatching(/^lko_[\w-]{43}$/) });
	const forAll = await make(service, { name: "wall" });
	expect(forAll.token).toMatchObject({ live_id: null });
	expect((await ask(service, "GET", all)).body).toEqual({ success: true, tokens: [made.body.token, forAll.token] });
	const { id } = made.body.token;
	expect(await ask(service, "DELETE", `${all}/${id}`)).toMatchObject({ status: 200, body: { success: true, id } });
	expect((await listed(service)).map(({ name }: { name: string }) => name)).toEqual(["wall"]);
	expect(await ask(service, "DELETE", `${all}/${id}`)).toMatchObject({
		status: 404,
		body: { error: { code: "token_not_found" } },
	});
});

test("lets the owner change an overlay, its token read it", async () => {
	const service = await startWithRoom({ apiKey: key });
	const made = await make(service, { name: "OBS", live_id: "1001", settings: "theme=ink" });
	const other = await make(service, { name: "other", live_id: "1001" });
	const path = `${all}/${made.token.id}`;
	const lastSeq = async () =>
		(await ask(service, "GET", "/api/v1/rooms/1001/events", undefined, owner)).body.last_seq as number;
	const before = await lastSeq();
	const change = {
		name: "右上",
		live_id: "https://live.douyin.com/2002",
		settings: "theme=pixel&goal_title=%E4%BB%8A",
	};
	const changed = await ask(service, "PATCH", path, change, owner);
	expect(changed).toMatchObject({ status: 200, body: { token: { ...change, live_id: "2002", test: null } } });
	await ask(service, "PATCH", path, { name: "OBS" }, owner);
	const tested = await ask(service, "POST", `${path}/test`, { kind: "gift" }, owner);
	expect(tested.body.token).toMatchObject({ name: "OBS", live_id: "2002", test: { kind: "gift" } });
	const read = await ask(service, "GET", path, undefined, bearer(made.secret));
	expect(read.body.token).toEqual({ ...tested.body.token, last_used_at: service.clock.now() });
	expect(await lastSeq()).toBe(before);

	for (const [method, where, body] of [
		["GET", `${all}/${other.token.id}`, undefined],
		["PATCH", path, "{}"],
		["POST", `${path}/test`, '{"kind":"gift"}'],
	] as const) {
		expect((await knock(service, method, where, bearer(made.secret), body)).code, where).toBe("forbidden_token");
	}
	for (const [method, where, body, status] of [
		["PATCH", path, { settings: "a b" }, 400],
		["PATCH", path, { hash: "x" }, 400],
		["POST", `${path}/test`, { kind: "rocket" }, 400],
		["PATCH", `${all}/nobody`, {}, 404],
		["POST", `${all}/nobody/test`, { kind: "pk" }, 404],
		["GET", `${all}/nobody`, undefined, 404],
	] as const) {
		expect((await ask(service, method, where, body, owner)).status, where).toBe(status);
	}
});

test("limits a token to the room of its number", async () => {
	const service = await startTestService();
	const roomOf = async (liveId: unknown) => {
		const { status, body } = await ask(service, "POST", all, { name: "OBS", live_id: liveId });
		return status === 201 ? body.token.live_id : status;
	};
	expect([await roomOf(1001), await roomOf("1001"), await roomOf(null)]).toEqual(["1001", "1001", null]);
	expect(await roomOf(0)).not.toBeNull();
});

test("refuses an invalid token request", async () => {
	const service = await startTestService();
	for (const [body, message] of [
		[{}, "name"],
		[{ name: "" }, "name"],
		[{ name: "  " }, "name"],
		[{ name: "a\nb" }, "one line"],
		[{ name: "x".repeat(101) }, "name"],
		[{ name: "OBS", live_id: "../etc" }, "live_id"],
		[{ name: "OBS", rooms: ["1001"] }, "rooms"],
		[{ name: "OBS", settings: "theme=ink size" }, "settings"],
		[{ name: "OBS", settings: "x".repeat(50_001) }, "settings"],
	] as const) {
		const refused = await ask(service, "POST", all, body);
		expect(refused.status).toBe(400);
		expect(refused.body.error.message).toContain(message);
	}
	expect(await listed(service)).toEqual([]);
});

test("keeps tokens across restarts without storing their secrets", async () => {
	const first = await startTestService({ apiKey: key });
	const [kept, gone] = [await make(first), await make(first)];
	await ask(first, "GET", "/api/v1/rooms/1001", undefined, bearer(kept.secret));
	await ask(first, "DELETE", `${all}/${gone.token.id}`, undefined, owner);
	const before = await listed(first);
	expect(before).toMatchObject([{ id: kept.token.id, last_used_at: first.clock.now() }]);
	await first.stop();
	const files = readdirSync(first.dataDir).map((name) => readFileSync(join(first.dataDir, name)));
	for (const { secret } of [kept, gone]) {
		const random = secret.slice("lko_".length);
		for (const file of files) {
			expect(file.includes(random)).toBe(false);
			expect(file.includes(Buffer.from(random, "base64url"))).toBe(false);
		}
		expect(JSON.stringify(first.lines)).not.toContain(random);
	}
	const second = await startTestService({ apiKey: key, dataDir: first.dataDir });
	expect(await listed(second)).toEqual(before);
	const status = async ({ secret }: Made) => (await knock(second, "GET", "/api/v1/rooms/1001", bearer(secret))).status;
	expect([await status(kept), await status(gone)]).toEqual([404, 401]);
});

/** Purposes of a token; whatever else exists, or will exist, is refused. */
const ofOneRoom = [
	"get /api/v1/image",
	"get /api/v1/rooms/{live_id}",
	"get /api/v1/rooms/{live_id}/broadcasts",
	"get /api/v1/rooms/{live_id}/events",
	"get /api/v1/rooms/{live_id}/events/stream",
	"get /api/v1/sounds/{id}",
];
const ofAllRooms = [...ofOneRoom, "get /api/v1/rooms"];
/** Operations of supervisors, who have no key. */
const withoutKey = ["get /health/live", "get /health/ready", "post /api/v1/official/{live_id}"];

interface Operation {
	security?: Record<string, unknown>[];
}

/** Returns every operation of the API from its own description, including routes added later. */
async function operationsOf(
	service: TestService,
): Promise<{ name: string; method: string; path: string; open: boolean }[]> {
	const { body } = await ask(service, "GET", "/docs/json");
	return Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { security = [] }]) => {
			const open = security.some((scheme) => "overlay_token" in scheme);
			return { name: `${method} ${path}`, method: method.toUpperCase(), path, open };
		}),
	);
}

/** Returns the response of each operation to a token; `passed`: any response but a refused permission. */
async function answersTo(service: TestService, secret: string, liveId: string): Promise<Record<string, string>> {
	const answers: Record<string, string> = {};
	for (const { name, method, path } of await operationsOf(service)) {
		const filled = path.replace("{live_id}", liveId).replaceAll(/\{\w+\}/g, "main");
		// An address of a host that is never contacted.
		const query = path === "/api/v1/image" ? "?url=http://127.0.0.1:1/a.png" : "";
		const body = method === "GET" || method === "DELETE" ? undefined : JSON.stringify({ live_id: liveId });
		const { status, code } = await knock(service, method, filled + query, bearer(secret), body);
		answers[name] = status === 401 || status === 403 ? `${status} ${code}` : "passed";
	}
	return answers;
}

/** Checked by a request's origin, before any key or token. */
const byOrigin = "post /api/v1/pairings/cookie";

const expected = (names: readonly string[], passed: readonly string[]) => ({
	...Object.fromEntries(names.map((name) => [name, passed.includes(name) ? "passed" : "403 forbidden_token"])),
	[byOrigin]: "403 forbidden_origin",
});

describe.each([
	["with an API key", { apiKey: key }],
	["without an API key", {}],
])("%s", (_, flags) => {
	test("opens only its room's operations and pictures", async () => {
		const service = await startWithRoom({ ...flags, rateLimit: "0" });
		await service.live.startLive("2002");
		const [one, many] = [await make(service), await make(service, { name: "all" })];
		const names = (await operationsOf(service)).map(({ name }) => name);
		expect(names.length).toBeGreaterThan(35);
		const state = async () => [
			(await ask(service, "GET", "/api/v1/rooms", undefined, owner)).body.rooms.map((room: object) => ({
				...room,
				messages_per_minute: 0,
				messages_last_minute: 0,
			})),
			(await listed(service)).map(({ id }: { id: string }) => id),
			(await ask(service, "GET", "/api/v1/connections", undefined, owner)).body,
		];
		const before = await state();
		const anyRoom = ["get /api/v1/image", "get /api/v1/sounds/{id}", ...withoutKey];
		expect(await answersTo(service, one.secret, "1001")).toEqual(expected(names, [...ofOneRoom, ...withoutKey]));
		expect(await answersTo(service, one.secret, "2002")).toEqual(expected(names, anyRoom));
		for (const liveId of ["1001", "2002"]) {
			expect(await answersTo(service, many.secret, liveId)).toEqual(expected(names, [...ofAllRooms, ...withoutKey]));
		}
		expect(await state()).toEqual(before);
	});

	test("refuses unknown routes and methods as well", async () => {
		const service = await startWithRoom(flags);
		const { secret } = await make(service);
		for (const [method, path] of [
			["GET", "/no/such/route"],
			["POST", "/api/v1/rooms/1001"],
			["GET", "/api/v1/rooms/1001/"],
			["GET", "/api/v1/rooms/1001%2F..%2F2002"],
			["GET", "/api/v1/rooms/https%3A%2F%2Flive.douyin.com%2F2002"],
			["GET", "/socket.io"],
		] as const) {
			expect((await knock(service, method, path, bearer(secret))).status, `${method} ${path}`).toBe(403);
		}
		expect((await knock(service, "HEAD", "/api/v1/rooms/1001", bearer(secret))).status).toBe(200);
		expect((await knock(service, "HEAD", "/api/v1/rooms/2002", bearer(secret))).status).toBe(403);
		const byUrl = "/api/v1/rooms/https%3A%2F%2Flive.douyin.com%2F1001";
		expect((await knock(service, "GET", byUrl, bearer(secret))).status).toBe(200);
	});

	test("refuses and counts a wrong token like a wrong key", async () => {
		const service = await startWithRoom({ ...flags, rateLimit: "30" });
		const { secret } = await make(service);
		const wrong = async () => {
			const { status, body, headers } = await ask(
				service,
				"GET",
				"/api/v1/rooms/1001",
				undefined,
				bearer(`${secret}x`),
			);
			return { status, message: body.error.message, asks: headers.get("www-authenticate") };
		};
		const message = "The overlay token is wrong, or was revoked";
		for (let i = 0; i < 30; i++) expect(await wrong()).toEqual({ status: 401, message, asks: "Bearer" });
		expect((await wrong()).status).toBe(429);
		expect((await knock(service, "GET", "/api/v1/rooms/1001", bearer(secret))).status).toBe(200);
		expect((await ask(service, "GET", all, undefined, owner)).status).toBe(200);
	});
});

test("documents exactly the operations that a token opens", async () => {
	const service = await startTestService();
	const open = (await operationsOf(service)).filter((operation) => operation.open);
	// Only the token's own overlay, which the requests above do not name.
	const expected = [...ofAllRooms, "get /api/v1/overlay-tokens/{id}"];
	expect(open.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
});

test("restricts only token bearers without an API key", async () => {
	const service = await startWithRoom();
	await make(service);
	for (const headers of [{}, bearer("some-other-key"), owner]) {
		expect((await ask(service, "GET", "/api/v1/rooms", undefined, headers)).status).toBe(200);
	}
});

test("accepts an API key that looks like a token", async () => {
	const apiKey = "lko_but-a-key";
	const service = await startTestService({ apiKey });
	expect((await ask(service, "GET", "/api/v1/rooms", undefined, bearer(apiKey))).status).toBe(200);
});

test("refuses a token from an unlisted foreign page", async () => {
	const service = await startWithRoom({ apiKey: key, corsOrigins: "https://a.example" });
	const { secret } = await make(service);
	const from = async (origin: string) =>
		(await knock(service, "GET", "/api/v1/rooms/1001", { ...bearer(secret), origin })).code;
	expect(await from("https://evil.example")).toBe("forbidden_origin");
	expect(await from("https://a.example")).toBeUndefined();
});

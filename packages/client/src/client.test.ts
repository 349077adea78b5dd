import { ManualClock } from "@livekeeper/douyin/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LivekeeperApiError, LivekeeperClient } from "./index.ts";
import { chat, json, refusal, ScriptedService } from "./scripted-service.helpers.ts";

let service: ScriptedService;
let url: string;

beforeEach(async () => {
	service = new ScriptedService();
	url = await service.listen();
});
afterEach(() => service.close());

test("lists, gets, starts and stops rooms", async () => {
	const { rooms } = new LivekeeperClient({ url, apiKey: "k" });
	expect((await rooms.list()).map((room) => room.live_id)).toEqual(["1"]);
	expect((await rooms.get("1")).live_id).toBe("1");
	expect((await rooms.start("1", { cookie: "a=b" })).live_id).toBe("1");
	await rooms.stop("1");
	expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
		"GET /api/v1/rooms",
		"GET /api/v1/rooms/1",
		"PUT /api/v1/rooms/1",
		"DELETE /api/v1/rooms/1",
	]);
	expect(new Set(service.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer k"]));
});

test("creates, lists, changes, tests and revokes overlay tokens", async () => {
	const asked: unknown[] = [];
	const shows = { settings: "theme=ink", test: null };
	const token = { id: "a/b", name: "OBS", live_id: "1", ...shows, created_at: 1, last_used_at: null };
	const spy: typeof fetch = async (input, init) => {
		asked.push([init?.method, new URL(String(input)).pathname, init?.body]);
		return Response.json({ success: true, token, tokens: [token], secret: "lko_x" });
	};
	const { overlayTokens } = new LivekeeperClient({ url, fetch: spy });
	expect(await overlayTokens.create({ name: "OBS", live_id: "1" })).toEqual({ token, secret: "lko_x" });
	expect(await overlayTokens.list()).toEqual([token]);
	expect(await overlayTokens.get("a/b")).toEqual(token);
	expect(await overlayTokens.change("a/b", { settings: "theme=ink" })).toEqual(token);
	expect(await overlayTokens.test("a/b", "gift")).toEqual(token);
	await overlayTokens.remove("a/b");
	expect(asked).toEqual([
		["POST", "/api/v1/overlay-tokens", '{"name":"OBS","live_id":"1"}'],
		["GET", "/api/v1/overlay-tokens", undefined],
		["GET", "/api/v1/overlay-tokens/a%2Fb", undefined],
		["PATCH", "/api/v1/overlay-tokens/a%2Fb", '{"settings":"theme=ink"}'],
		["POST", "/api/v1/overlay-tokens/a%2Fb/test", '{"kind":"gift"}'],
		["DELETE", "/api/v1/overlay-tokens/a%2Fb", undefined],
	]);
});

test("uploads, lists, reads and deletes sounds", async () => {
	const asked: unknown[] = [];
	const sound = { id: "9f86", name: "叮", type: "audio/wav", bytes: 4, added_at: 1 };
	const spy: typeof fetch = async (input, init) => {
		const { pathname, search } = new URL(String(input));
		asked.push([init?.method, pathname + search, init?.body, new Headers(init?.headers).get("content-type")]);
		if (init?.method === "GET" && pathname.endsWith("9f86")) {
			return new Response("RIFF", { headers: { "content-type": "audio/wav" } });
		}
		return Response.json({ success: true, sound, sounds: [sound], id: "9f86" });
	};
	const { sounds } = new LivekeeperClient({ url, fetch: spy });
	const [file, unknown] = [new Blob(["RIFF"], { type: "audio/wav" }), new Blob(["OggS"])];
	expect(await sounds.add("叮", file)).toEqual(sound);
	await sounds.add("x", unknown);
	expect(await sounds.list()).toEqual([sound]);
	const read = await sounds.file("9f86");
	expect([read.type, await read.text()]).toEqual(["audio/wav", "RIFF"]);
	await sounds.remove("9f86");
	expect(asked).toEqual([
		["POST", "/api/v1/sounds?name=%E5%8F%AE", file, "audio/wav"],
		["POST", "/api/v1/sounds?name=x", unknown, "application/octet-stream"],
		["GET", "/api/v1/sounds", undefined, null],
		["GET", "/api/v1/sounds/9f86", undefined, null],
		["DELETE", "/api/v1/sounds/9f86", undefined, null],
	]);
});

test("returns a page of history and reports deleted events", async () => {
	service.events = [5, 6, 7].map(chat);
	service.oldestSeq = 5;
	const room = new LivekeeperClient({ url }).room("1");
	expect(await room.history({ limit: 2, types: ["chat", "gift"] })).toEqual({
		events: [chat(5), chat(6)],
		nextAfter: 6,
		caughtUp: false,
		truncated: { type: "truncated", from: 1, to: 4, reason: "retention" },
		oldestSeq: 5,
		lastSeq: 7,
	});
	expect(service.requests[0]?.query.toString()).toBe("limit=2&types=chat%2Cgift");
	expect(await room.history({ after: 6 })).toMatchObject({ events: [chat(7)], caughtUp: true });
	expect((await room.status()).live_id).toBe("1");
});

test("requests a room's history between two times", async () => {
	await new LivekeeperClient({ url }).room("1").history({ from: 5, to: 9, types: ["gap"] });
	expect(service.requests[0]?.query.toString()).toBe("from=5&to=9&types=gap");
});

test("returns a room's series and a broadcast's gifts", async () => {
	const asked: string[] = [];
	const series = { success: true, from: 60_000, to: 120_000, step: 5, points: [{ at: 60_000 }], last_seq: 3 };
	const gifts = { success: true, room_id: "r/1", diamonds: 7, by_kind: [], by_giver: [{ nickname: "木***" }] };
	const spy: typeof fetch = async (input) => {
		asked.push(String(input));
		return Response.json(String(input).includes("/gifts") ? gifts : series);
	};
	const room = new LivekeeperClient({ url: "https://example.org", fetch: spy }).room("1");
	expect(await room.series({ from: 60_000, to: 120_000, step: 5 })).toMatchObject({ points: [{ at: 60_000 }] });
	await room.series();
	expect(await room.gifts("r/1", { limit: 5 })).toMatchObject({ by_giver: [{ nickname: "木***" }] });
	expect(asked).toEqual([
		"https://example.org/api/v1/rooms/1/series?from=60000&to=120000&step=5",
		"https://example.org/api/v1/rooms/1/series",
		"https://example.org/api/v1/rooms/1/broadcasts/r%2F1/gifts?limit=5",
	]);
});

test("searches page by page until there is no more", async () => {
	const asked: string[] = [];
	const spy: typeof fetch = async (input) => {
		asked.push(new URL(String(input)).search);
		const rest = asked.length === 1 ? { reached_at: 5, cursor: "5.9.1" } : { reached_at: null, cursor: null };
		return Response.json({ success: true, events: [chat(10 - asked.length)], looked: 7, oldest_at: 2, ...rest });
	};
	const pages = [];
	const options = { text: "晚上", types: ["chat", "gift"], rooms: ["1", "2"], user: "u", limit: 3 } as const;
	for await (const page of new LivekeeperClient({ url, fetch: spy }).search(options)) pages.push(page);
	expect(pages).toEqual([
		{ events: [chat(9)], looked: 7, reachedAt: 5, oldestAt: 2, cursor: "5.9.1" },
		{ events: [chat(8)], looked: 7, reachedAt: null, oldestAt: 2, cursor: null },
	]);
	const first = "?q=%E6%99%9A%E4%B8%8A&types=chat%2Cgift&rooms=1%2C2&user=u&limit=3";
	expect(asked).toEqual([first, `${first}&cursor=5.9.1`]);
});

test("throws the service's own code, message and hint", async () => {
	const error = await new LivekeeperClient({ url }).rooms.get("2").catch((error: unknown) => error);
	expect(error).toBeInstanceOf(LivekeeperApiError);
	expect(error).toMatchObject({ code: "room_not_found", status: 404, message: "Room is not started." });
});

test("requests its language and uses it for its own errors", async () => {
	const { rooms } = new LivekeeperClient({ url, lang: "zh" });
	await rooms.list();
	await new LivekeeperClient({ url }).rooms.list();
	expect(service.requests.map(({ headers }) => headers["accept-language"])).toEqual(["zh", "*"]);
	const answer = (response: Response) => new LivekeeperClient({ url, lang: "zh", fetch: async () => response }).rooms;
	await expect(answer(new Response("<html>")).list()).rejects.toThrow("应答不是 JSON");
	await expect(answer(new Response("{}", { status: 502 })).list()).rejects.toThrow("HTTP 502");
});

test("distinguishes no answer from one that is not livekeeper's", async () => {
	const answer = (response: Response) => new LivekeeperClient({ url, fetch: async () => response }).rooms.list();
	await expect(answer(new Response("<html>"))).rejects.toMatchObject({ code: "bad_answer", status: 200 });
	await expect(answer(new Response("oops", { status: 502 }))).rejects.toMatchObject({
		code: "bad_answer",
		status: 502,
	});
	await service.close();
	for (const lang of ["en", "zh"] as const) {
		await expect(new LivekeeperClient({ url, lang }).rooms.list()).rejects.toMatchObject({
			code: "unreachable",
			status: 0,
			// The service may be an archive, a container or a clone: this library can't know what starts it.
			hint: expect.not.stringContaining("`"),
		});
	}
	await service.listen();
});

test("times out if the service does not answer", async () => {
	const clock = new ManualClock();
	const asked = new Promise<void>((resolve) => service.scripts.push(() => resolve()));
	const room = new LivekeeperClient({ url, clock, timeoutMs: 5000 }).room("1");
	const retried = new Promise((resolve) => {
		const events = room.events({ after: 0, onRetry: ({ error }) => resolve(error) });
		void events[Symbol.asyncIterator]().next();
	});
	await asked;
	await clock.advance(5000);
	expect(await retried).toMatchObject({ code: "timeout", status: 0 });
});

test("rejects with the signal's reason when aborted", async () => {
	const reason = new Error("enough");
	const never: typeof fetch = (_input, init) =>
		new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
	const abort = new AbortController();
	const list = new LivekeeperClient({ url, fetch: never }).rooms.list({ signal: abort.signal });
	abort.abort(reason);
	await expect(list).rejects.toBe(reason);
});

test("keeps a proxy's path and encodes the live id", async () => {
	const asked: string[] = [];
	const spy: typeof fetch = async (input) => {
		asked.push(String(input));
		return Response.json({ success: true, room: {} });
	};
	await new LivekeeperClient({ url: "https://example.org/live?x=1", fetch: spy }).rooms.get("../a/b?c");
	expect(asked).toEqual(["https://example.org/live/api/v1/rooms/..%2Fa%2Fb%3Fc"]);
});

test("rejects an invalid URL", () => {
	expect(() => new LivekeeperClient({ url: "localhost:7001" })).toThrow(TypeError);
	expect(() => new LivekeeperClient({ url: "ftp://a" })).toThrow(TypeError);
});

test("reports the time after which a refused request may retry", async () => {
	service.scripts.push((_request, response) => json(response, 429, refusal("x", "y"), { "retry-after": "2" }));
	const clock = new ManualClock();
	const events = new LivekeeperClient({ url, clock }).room("1").events({
		after: 0,
		onRetry: ({ error }) => {
			throw error;
		},
	});
	await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({ status: 429, retryAfterMs: 2000 });
});

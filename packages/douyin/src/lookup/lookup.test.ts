import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { upstreamParts } from "../client/index.ts";
import { DouyinError } from "../errors.ts";
import type { Identity } from "../net/index.ts";
import { startHttp, type TestServer } from "../net/servers.helpers.ts";
import { createSigner, type Signer } from "../signature/index.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { KnownRoom, LookupWay, WayAnswer } from "../upstream.ts";
import { encodeChatMessage, encodeResponse } from "../wire/index.ts";
import { fetchFirstState } from "./first-state.ts";
import { askWhoIsLive } from "./live-lists.ts";
import { ask } from "./look-up.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import type { VisitorMemory } from "./visitor-cookie.ts";

const anchor = { id_str: "7000000000000000001", nickname: "测试主播", avatar_thumb: { url_list: ["https://a/1.jpg"] } };
const cover = "https://a/cover.jpg";
const room = {
	...{ id_str: "7300000000000000002", status: 2, title: "标题", finish_time: 0 },
	cover: { url_list: [cover, "https://b/cover.jpg"] },
};
const expectedAnchor = { id: anchor.id_str, nickname: anchor.nickname, avatar: "https://a/1.jpg" };

function page(roomInfo: unknown, visitorId = "7400000000000000003"): string {
	const json = JSON.stringify({ roomStore: { roomInfo }, odin: { user_unique_id: visitorId } });
	return `<html><script>self.__pace_f.push([1,${JSON.stringify(json)}])</script></html>`;
}

type Route = (request: IncomingMessage, response: ServerResponse) => void;

const home: Route = (_request, response) =>
	void response.setHeader("set-cookie", "ttwid=visitor; Path=/").end("<html>");
const html =
	(body: string): Route =>
	(_request, response) =>
		void response.end(body);

function visitorMemory(value: string | undefined): VisitorMemory {
	return {
		read: () => value,
		write: (next) => {
			value = next;
		},
	};
}

const never = new AbortController().signal;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Upstream {
	deps: LookupDeps;
	server: TestServer;
	clock: ManualClock;
	requests: IncomingMessage[];
	lookup(liveId?: string, signal?: AbortSignal): Promise<WayAnswer>;
}

/** An upstream on a local server with these pages; `/` gives the visitor cookie unless specified otherwise. */
async function upstream(
	routes: Record<string, Route>,
	identity: Identity & { signer?: Signer; visitor?: VisitorMemory } = {},
): Promise<Upstream> {
	const requests: IncomingMessage[] = [];
	const server = await startHttp((request, response) => {
		requests.push(request);
		const path = (request.url ?? "").split("?")[0] ?? "";
		const route = routes[path] ?? (path === "/" ? home : undefined);
		if (route) route(request, response);
		else response.writeHead(404).end();
	});
	const clock = new ManualClock();
	const signer = createSigner({ aBogus: true });
	const { lookup: deps } = upstreamParts({ baseUrl: server.url, clock, signer, ...identity });
	cleanups.push(
		() => server.close(),
		() => deps.http.close(),
		() => deps.appHttp.close(),
	);
	const lookup = (liveId = "1001", signal = new AbortController().signal) => ask(deps, "page", { liveId }, signal);
	return { deps, server, clock, requests, lookup };
}

describe("a lookup on the room's page", () => {
	it("returns everything a session of a live room needs", async () => {
		const { lookup, requests } = await upstream({ "/1001": html(page({ room, anchor })) });
		expect(await lookup()).toEqual({
			status: "live",
			liveId: "1001",
			roomId: room.id_str,
			userUniqueId: "7400000000000000003",
			title: room.title,
			cover,
			anchor: expectedAnchor,
		});
		expect(requests.map((request) => [request.url, request.headers.cookie])).toEqual([
			["/", undefined],
			["/1001", "ttwid=visitor"],
		]);
	});

	it("invents a visitor id if the page names none", async () => {
		const { lookup } = await upstream({ "/1001": html(page({ room }, "")) });
		expect(await lookup()).toMatchObject({ status: "live", userUniqueId: expect.stringMatching(/^7\d{18}$/) });
	});

	it("reports a live room's time of finish", async () => {
		const { lookup } = await upstream({ "/1001": html(page({ room: { ...room, finish_time: 1_767_225_600 } })) });
		expect(await lookup()).toMatchObject({ status: "live", finishedAt: 1_767_225_600_000 });
	});

	it("distinguishes offline, no room and not found", async () => {
		const { lookup } = await upstream({
			"/offline": html(page({ room: { ...room, status: 4 }, anchor })),
			"/no-room": html(page({ anchor })),
			"/empty": html(page({})),
		});
		expect(await lookup("offline")).toMatchObject({ status: "offline", roomId: room.id_str, anchor: expectedAnchor });
		expect(await lookup("no-room")).toEqual({ status: "no_room", liveId: "no-room", anchor: expectedAnchor });
		expect(await lookup("empty")).toEqual({ status: "not_found", liveId: "empty" });
		expect(await lookup("missing")).toEqual({ status: "not_found", liveId: "missing" });
	});

	it.each([
		["a captcha", html("<title>验证码中间页</title>"), "blocked"],
		["a shell", html("<html></html>"), "unreadable_page"],
		["HTTP 403", (_request, response) => response.writeHead(403).end(), "blocked"],
		["HTTP 502", (_request, response) => response.writeHead(502).end(), "upstream_error"],
		["HTTP 429", (_request, response) => response.writeHead(429, { "retry-after": "3" }).end(), "rate_limited"],
		["a cut connection", (_request, response) => response.socket?.destroy(), "network"],
	] satisfies [string, Route, string][])("treats %s as unknown, never as offline", async (_what, route, reason) => {
		const { lookup } = await upstream({ "/1001": route });
		expect(await lookup()).toMatchObject({ status: "unknown", liveId: "1001", failure: { reason } });
	});

	it("treats silence as unknown after the time limit", async () => {
		const { lookup, clock } = await upstream({ "/1001": () => void clock.advance(10_000) });
		expect(await lookup()).toMatchObject({ status: "unknown", failure: { reason: "timeout" } });
		expect(clock.pendingTimers).toBe(0);
	});

	it("repeats the request if a shell sets a nonce", async () => {
		const { lookup, requests } = await upstream({
			"/1001": (request, response) => {
				if (request.headers.cookie?.includes("__ac_nonce=n1")) return void response.end(page({ room }));
				response.setHeader("set-cookie", "__ac_nonce=n1; Path=/").end("<html></html>");
			},
		});
		expect(await lookup()).toMatchObject({ status: "live" });
		expect(requests.map((request) => request.url)).toEqual(["/", "/1001", "/1001"]);
	});

	it("renews the visitor cookie after an unreadable page", async () => {
		const { lookup, requests } = await upstream({ "/1001": html("<html></html>") });
		await lookup();
		await lookup();
		expect(requests.map((request) => request.url)).toEqual(["/", "/1001", "/", "/1001"]);
	});

	it("rejects with the signal's reason when aborted", async () => {
		const controller = new AbortController();
		const { lookup, clock } = await upstream({ "/1001": () => controller.abort("stop") });
		await expect(lookup("1001", controller.signal)).rejects.toBe("stop");
		expect(clock.pendingTimers).toBe(0);
	});
});

describe("the visitor cookie", () => {
	it("is fetched once for concurrent lookups", async () => {
		const { lookup, requests } = await upstream({ "/1": html(page({ room })), "/2": html(page({ room })) });
		await Promise.all([lookup("1"), lookup("2"), lookup("1")]);
		expect(requests.filter((request) => request.url === "/")).toHaveLength(1);
	});

	it("is fetched with a second request after a nonce", async () => {
		const { lookup, requests } = await upstream({
			"/": (request, response) => {
				const asked = request.headers.cookie === "__ac_nonce=n1";
				response.setHeader("set-cookie", asked ? "ttwid=v; Path=/" : "__ac_nonce=n1; Path=/").end("<html>");
			},
			"/1001": html(page({ room })),
		});
		expect(await lookup()).toMatchObject({ status: "live" });
		expect(requests.map((request) => request.url)).toEqual(["/", "/", "/1001"]);
	});

	it("is fetched again once the upstream has cleared it", async () => {
		const { lookup, requests } = await upstream({
			"/1001": (_request, response) =>
				void response.setHeader("set-cookie", "ttwid=; Max-Age=0; Path=/").end(page({ room })),
		});
		await lookup();
		await lookup();
		expect(requests.filter((request) => request.url === "/")).toHaveLength(2);
	});

	it("is not fetched if the user's own cookie has one", async () => {
		const { lookup, requests } = await upstream(
			{ "/1001": html(page({ room })) },
			{ cookie: "ttwid=mine; sessionid=s" },
		);
		await lookup();
		expect(requests.map((request) => request.headers.cookie)).toEqual(["ttwid=mine; sessionid=s"]);
	});

	it("is kept after an unreadable page if the user's own", async () => {
		const { lookup, requests } = await upstream({ "/1001": html("<html></html>") }, { cookie: "ttwid=mine" });
		await lookup();
		await lookup();
		expect(requests.map((request) => [request.url, request.headers.cookie])).toEqual([
			["/1001", "ttwid=mine"],
			["/1001", "ttwid=mine"],
		]);
	});

	it("is reused from an earlier run if home is refused", async () => {
		const memory = visitorMemory("ttwid-of-before");
		const routes = {
			"/": (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(444).end(),
			"/1001": html(page({ room })),
		};
		const { lookup, requests } = await upstream(routes, { visitor: memory });
		expect(await lookup()).toMatchObject({ status: "live" });
		expect(await lookup()).toMatchObject({ status: "live" });
		expect(requests.map(({ url, headers }) => [url, headers.cookie])).toEqual([
			["/", undefined],
			["/1001", "ttwid=ttwid-of-before"],
			["/1001", "ttwid=ttwid-of-before"],
		]);
	});

	it("is replaced after an earlier run, and dropped when refused", async () => {
		const memory = visitorMemory("ttwid-of-before");
		const { lookup, deps } = await upstream({ "/1001": html("<html></html>") }, { visitor: memory });
		await deps.visitor.ensure(never);
		expect(memory.read()).toBe("visitor");
		await lookup();
		expect(memory.read()).toBeUndefined();
	});

	it("makes the room unknown if it is missing", async () => {
		const { lookup } = await upstream({ "/": html("<html></html>"), "/1001": html(page({ room })) });
		expect(await lookup()).toMatchObject({ status: "unknown", failure: { reason: "unreadable_page" } });
	});

	it("is still fetched for others when one lookup aborts", async () => {
		const stopping = new AbortController();
		const { lookup } = await upstream({
			"/": (request, response) => {
				stopping.abort("stop");
				home(request, response);
			},
			"/1001": html(page({ room })),
		});
		const stopped = lookup("1001", stopping.signal);
		const other = lookup();
		await expect(stopped).rejects.toBe("stop");
		expect(await other).toMatchObject({ status: "live" });
	});

	it("is abandoned when the last lookup aborts, then fetched later", async () => {
		const stopping = new AbortController();
		let first = true;
		const { lookup, server, clock } = await upstream({
			"/": (request, response) => {
				if (!first) return home(request, response);
				first = false;
				stopping.abort("stop");
			},
			"/1001": html(page({ room })),
		});
		await expect(lookup("1001", stopping.signal)).rejects.toBe("stop");
		await server.idle();
		expect(clock.pendingTimers).toBe(0);
		expect(await lookup()).toMatchObject({ status: "live" });
	});
});

describe("im/fetch", () => {
	const ask = ({ deps }: Upstream) =>
		fetchFirstState(deps, {
			liveId: "1001",
			roomId: room.id_str,
			userUniqueId: "7400000000000000003",
			signal: new AbortController().signal,
		});

	it("sends the page's query and returns events, cursor and servers", async () => {
		const body = encodeResponse({
			messages: [{ method: "WebcastChatMessage", msgId: "5", payload: encodeChatMessage({ content: "你好" }) }],
			cursor: "c1",
			internalExt: "e1",
			pushServerV2: "wss://push.example",
		});
		const made = await upstream({ "/webcast/im/fetch/": (_request, response) => void response.end(body) });
		expect(await ask(made)).toMatchObject({
			events: [{ type: "chat", id: "5", content: "你好" }],
			cursor: "c1",
			internalExt: "e1",
			pushServers: ["wss://push.example"],
		});
		const request = made.requests[0];
		const query = new URL(request?.url ?? "", made.deps.baseUrl).searchParams;
		expect(request?.headers.referer).toBe("https://live.douyin.com/1001");
		expect([query.get("room_id"), query.get("user_unique_id"), query.get("cursor")]).toEqual([
			room.id_str,
			"7400000000000000003",
			"",
		]);
		expect(query.get("browser_version")).toBe(made.deps.http.userAgent.slice("Mozilla/".length));
		expect(query.get("a_bogus")).toMatch(/.{100,}/);
	});

	it.each([
		["an empty answer", html(""), "signature_rejected"],
		["an answer without protobuf", html("<html>"), "bad_frame"],
		["HTTP 500", (_request, response) => response.writeHead(500).end(), "upstream_error"],
		["HTTP 404", (_request, response) => response.writeHead(404).end(), "unreadable_page"],
	] satisfies [string, Route, string][])("fails with a reason for %s", async (_what, route, reason) => {
		const failure = await ask(await upstream({ "/webcast/im/fetch/": route })).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(DouyinError);
		expect((failure as DouyinError).reason).toBe(reason);
	});
});

describe("web/enter", () => {
	const path = "/webcast/room/web/enter/";
	const user = { id_str: anchor.id_str, nickname: anchor.nickname, avatar_thumb: anchor.avatar_thumb };
	const reachable = { ...user, sec_uid: "MS4wLjABAAAA" };
	const voice = { data: [], room_status: 1, enter_mode: 1, user: reachable };
	const withoutStatus = { ...room, status: undefined };
	const unreadable = { status: "unknown", failure: { reason: "unreadable_page" } };

	it.each([
		["live", { data: { data: [room], user, room_status: 0 } }, { status: "live", roomId: room.id_str, cover }],
		["live by the outer status", { data: { data: [withoutStatus], room_status: 0 } }, { status: "live" }],
		["live by the outer id", { data: { data: [{}], room_status: 0, enter_room_id: "5" } }, { roomId: "5" }],
		["a live voice room", { data: { ...voice, data: [room] } }, { status: "live", kind: "voice" }],
		["a voice room", { data: voice }, { status: "voice", anchor: { ...expectedAnchor, secUid: reachable.sec_uid } }],
		["a voice room of an unknown anchor", { data: { ...voice, user } }, unreadable],
		["a room live elsewhere", { data: { ...voice, enter_mode: 0 } }, unreadable],
		["live without a room", { data: { data: [], user, room_status: 0 } }, unreadable],
		["offline", { data: { data: [{ ...room, status: 4 }], user, room_status: 2 } }, { status: "offline" }],
		["ended by its code", { status_code: 30_003 }, { status: "offline", liveId: "1001", title: "" }],
		[
			"ended by its text",
			{ data: { data: [room], prompts: "直播已结束" } },
			{ status: "offline", roomId: room.id_str },
		],
		["hidden", { data: { data: [], user, prompts: "你不在主播设置的可见范围内" } }, { status: "hidden" }],
		["closed", { data: { data: [], user: { ...user, nickname: "账号已注销" } } }, { status: "closed" }],
		["no room", { data: { data: [], user } }, { status: "no_room", anchor: expectedAnchor }],
		["an account without a list", { data: { user } }, unreadable],
		["no account", { data: { data: [] } }, { status: "inconclusive" }],
		["no account but a status", { data: { data: [], room_status: 2 } }, unreadable],
		["a room without a status", { data: { data: [withoutStatus], user } }, unreadable],
		["only a code", { status_code: 4001038 }, unreadable],
		["a login", { status_code: 20003, data: {} }, { failure: { reason: "blocked", upstreamMessage: "login" } }],
	])("reports %s", async (_what, reply, expected) => {
		const { deps } = await upstream({ [path]: html(JSON.stringify(reply)) });
		expect(await ask(deps, "enter", { liveId: "1001" }, never)).toMatchObject(expected);
	});

	it("adds an a_bogus if the signer makes none", async () => {
		const signer = createSigner();
		const { deps, requests } = await upstream({ [path]: html("{}") }, { signer });
		await ask(deps, "enter", { liveId: "1001" }, never);
		expect(requests.at(-1)?.url).toMatch(/&a_bogus=.{100,}$/);
	});
});

describe("refusals of a way of asking", () => {
	const known = { liveId: "1001", roomId: room.id_str, anchor: { ...expectedAnchor, secUid: "MS4wLjABAAAA" } };
	const paths = {
		page: "/1001",
		enter: "/webcast/room/web/enter/",
		reflow: "/webcast/room/reflow/info/",
		scene: "/webcast/room/info_by_scene/",
	};
	const status =
		(code: number): Route =>
		(_request, response) =>
			void response.writeHead(code).end();
	const header =
		(name: string): Route =>
		(_request, response) =>
			void response.setHeader(name, "e30=").end("{}");
	const slider = "<html><head><title>验证码中间页</title></head></html>";
	const healthy = '<html><script src="/rc-verifycenter/captcha/index.js">TTGCaptcha=1;验证码</script></html>';

	describe.each(["page", "enter", "reflow", "scene"] as const)("%s", (way) => {
		it.each([
			["a slider by its title", html(slider), "blocked", "captcha"],
			["a slider by its call", html("<script>TTGCaptcha.init({verify_data:{}})</script>"), "blocked", "captcha"],
			["a slider by a header", header("x-vc-bdturing-parameters"), "blocked", "captcha"],
			["a slider by a second header", header("bdturing-verify"), "blocked", "captcha"],
			["a page that only mentions the slider's scripts", html(healthy), "unreadable_page", undefined],
			["nothing", html(""), "blocked", "empty"],
			["HTTP 444", status(444), "blocked", "444"],
			["HTTP 403", status(403), "blocked", "403"],
			["HTTP 429", status(429), "rate_limited", undefined],
			["HTTP 502", status(502), "upstream_error", undefined],
			["a page of another layout", html("<html><script>xoomStore</script></html>"), "unreadable_page", undefined],
		] satisfies [string, Route, string, string | undefined][])(
			"reports %s as unknown",
			async (_name, route, reason, sign) => {
				const { deps } = await upstream({ [paths[way]]: route });
				const answer = await ask(deps, way, known, never);
				expect(answer).toMatchObject({ status: "unknown", failure: { reason } });
				expect(answer.status === "unknown" && answer.failure.upstreamMessage).toBe(sign);
			},
		);
	});

	it.each(["enter", "reflow", "scene"] as const)("%s ignores slider marks in users' text", async (way) => {
		const title = "<title>验证码中间页 TTGCaptcha.init(";
		const one = { ...room, title, owner: { ...anchor, sec_uid: known.anchor.secUid } };
		const data = way === "enter" ? { data: [one] } : way === "reflow" ? { room: one } : one;
		const { deps } = await upstream({ [paths[way]]: html(JSON.stringify({ data, status_code: 0 })) });
		const answer = await ask(deps, way, known, never);
		expect(answer).toMatchObject({ status: "live", title });
	});

	it("reflow and scene report finished broadcasts as offline", async () => {
		const over = { ...room, finish_time: 1_767_225_600 };
		const answers = { reflow: { room: over }, scene: over };
		for (const way of ["reflow", "scene"] as const) {
			const { deps } = await upstream({ [paths[way]]: html(JSON.stringify({ data: answers[way], status_code: 0 })) });
			expect(await ask(deps, way, known, never)).toMatchObject({ status: "offline", roomId: room.id_str });
		}
	});

	it.each([
		["reflow", { room: { ...room, owner: { ...anchor, sec_uid: "other" } } }],
		["reflow", {}],
		["scene", { ...room, id_str: "5" }],
		["scene", { title: room.title }],
	] as const)("%s rejects answers about another room or none: %j", async (way, data) => {
		const { deps } = await upstream({ [paths[way]]: html(JSON.stringify({ data, status_code: 0 })) });
		expect(await ask(deps, way, known, never)).toMatchObject({ failure: { reason: "unreadable_page" } });
	});

	it.each([
		["reflow", { liveId: "1001", anchor: expectedAnchor }],
		["scene", { liveId: "1001" }],
	] satisfies [LookupWay, KnownRoom][])("%s throws a TypeError without its key", async (way, about) => {
		const { deps } = await upstream({});
		await expect(ask(deps, way, about, never)).rejects.toThrow(TypeError);
	});
});

describe("check_user_live_status", () => {
	const entry = (user_id_str: unknown, live_status: unknown = 1, room_id_str: unknown = "70") => {
		return { user_id_str, live_status, room_id_str };
	};

	it.each([
		["returns only the requested people", [{ user_live: [entry("7"), entry("6")] }], [["7", "70"]]],
		["merges several scenes", [{ user_live: [entry("7")] }, { user_live: [entry("8")] }], ["7", "8"]],
		["treats 0 as not live", [{ user_live: [entry("7", 0, "")] }], []],
		["skips an unreadable entry", [{ user_live: [entry("7", 1, "x"), entry("8")] }], ["8"]],
		["is unreadable if every entry is", [{ user_live: [entry("7", 1, ""), entry(8)] }], "unreadable_page"],
		["is unreadable without a list", {}, "unreadable_page"],
		["is unreadable without the users' list", [{ users: [] }], "unreadable_page"],
	] as const)("%s", async (_name, data, expected) => {
		const path = "/webcast/distribution/check_user_live_status/";
		const { deps, requests } = await upstream({ [path]: html(JSON.stringify({ data, status_code: 0 })) });
		const asked = askWhoIsLive(deps, ["7", "8"], never);
		if (typeof expected === "string") await expect(asked).rejects.toMatchObject({ reason: expected });
		else expect([...(await asked)]).toEqual(expected.map((one) => (typeof one === "string" ? [one, "70"] : one)));
		expect(requests.map(({ url }) => url)).toEqual([`${path}?user_ids=7%2C8&aid=6383`]);
	});
});

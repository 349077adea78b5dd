import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { failureReasons } from "./errors.ts";
import { startHttp } from "./net/servers.helpers.ts";
import { hints, type ProbeStep, probe } from "./probe.ts";
import { chatFrame, firstState } from "./session/push-server.helpers.ts";
import { ManualClock } from "./testing/manual-clock.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const room = { id_str: "7300000000000000002", status: 2, title: "标题" };
const page = (roomInfo: unknown): Answer => {
	const state = JSON.stringify({ roomStore: { roomInfo }, odin: { user_unique_id: "7400000000000000003" } });
	return (_request, response) => void response.end(`<script>x(${JSON.stringify(state)})</script>`);
};

const slider: Answer = (_request, response) => void response.end("<title>验证码中间页</title>");

interface Upstream {
	home?: Answer;
	/** Answer of `web/enter` and `reflow/info`. */
	calls?: Answer;
	page?: Answer;
	fetch?: Answer;
	/** Sent as soon as the socket is open; without it the socket stays mute. */
	frame?: Uint8Array;
	refuse?: string;
}

async function upstream(answers: Upstream) {
	const wss = new WebSocketServer({ noServer: true });
	const opened: (() => void)[] = [];
	const server = await startHttp(
		(request, response) => {
			const cookie: Answer = (_request, answer) => void answer.setHeader("set-cookie", "ttwid=v; Path=/").end();
			const state: Answer = (_request, answer) => void answer.end(firstState());
			if (request.url === "/") (answers.home ?? cookie)(request, response);
			else if (answers.calls && request.url?.startsWith("/webcast/room/")) answers.calls(request, response);
			else if (request.url?.startsWith("/webcast/")) (answers.fetch ?? state)(request, response);
			else (answers.page ?? page({ room }))(request, response);
		},
		{
			onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => {
				if (answers.refuse) return void socket.end(answers.refuse);
				wss.handleUpgrade(request, socket, head, (ws) => {
					if (answers.frame) ws.send(answers.frame);
					// The first heartbeat proves that the client knows that the socket is open.
					ws.once("message", () => {
						for (const wake of opened) wake();
					});
				});
			},
		},
	);
	cleanups.push(() => server.close());
	const clock = new ManualClock();
	const steps: ProbeStep[] = [];
	const collect = async (signal = new AbortController().signal, cookie?: string) => {
		for await (const step of probe("1001", { baseUrl: server.url, clock, cookie }, signal)) steps.push(step);
		expect(clock.pendingTimers).toBe(0);
		await server.idle();
		return steps;
	};
	return { server, clock, collect, steps, opened: new Promise<void>((resolve) => opened.push(resolve)) };
}

const summary = (steps: ProbeStep[]) => steps.map(({ name, ok, failure }) => [name, ok, failure?.reason]);

it("a working way takes five successful steps", async () => {
	const steps = await (await upstream({ frame: chatFrame([2]) })).collect();
	expect(summary(steps)).toEqual([
		["cookie", true, undefined],
		["page", true, undefined],
		["login", true, undefined],
		["im_fetch", true, undefined],
		["socket", true, undefined],
	]);
	expect(steps.every(({ detail, tookMs }) => detail.length > 10 && tookMs >= 0)).toBe(true);
});

it("a home page without a cookie fails with a hint", async () => {
	const steps = await (await upstream({ home: (_request, response) => void response.end("<html>") })).collect();
	expect(summary(steps)).toEqual([["cookie", false, "unreadable_page"]]);
	expect(steps[0]?.hint).toBe(hints.unreadable_page);
});

it("a room that is not live ends without a failure", async () => {
	const steps = await (await upstream({ page: page({ room: { ...room, status: 4 } }) })).collect();
	expect(summary(steps).slice(1)).toEqual([
		["page", true, undefined],
		["login", true, undefined],
	]);
	expect(steps[1]?.hint).toContain("live");
});

it("a captcha fails with advice", async () => {
	const steps = await (await upstream({ page: slider })).collect();
	expect(summary(steps).at(-1)).toEqual(["page", false, "blocked"]);
	expect(steps.at(-1)?.hint).toMatch(/pass the slider/);
});

it("a refused page is reported although web/enter answers", async () => {
	const calls: Answer = (_request, response) => void response.end(JSON.stringify({ data: { data: [room] } }));
	const steps = await (await upstream({ page: slider, calls, frame: chatFrame([2]) })).collect();
	expect(summary(steps).at(-1)).toEqual(["socket", true, undefined]);
	expect(steps[1]).toMatchObject({ ok: true, found: { is: "live" }, pageFailure: { upstreamMessage: "captcha" } });
	expect([steps[1]?.detail, steps[1]?.hint]).toEqual([
		expect.stringContaining("This is from web/enter; the room's page failed: The room's page asks for a captcha."),
		expect.stringMatching(/pass the slider/),
	]);
});

it("a voice room is followed to its socket", async () => {
	const owner = { id_str: "7", nickname: "n", sec_uid: "MS4" };
	const calls: Answer = (_request, response) => {
		response.end(JSON.stringify({ data: { room: { ...room, live_type_audio: true, owner } }, status_code: 0 }));
	};
	const voice = page({ anchor: owner, enter_mode: 1 });
	const steps = await (await upstream({ page: voice, calls, frame: chatFrame([2]) })).collect();
	expect(steps[1]).toMatchObject({ found: { is: "live", kind: "voice", roomId: room.id_str } });
	expect(summary(steps).at(-1)).toEqual(["socket", true, undefined]);
});

it.each([
	["closed", page({ anchor: { id_str: "7", nickname: "账号已注销" } }), /new account/],
	["hidden", slider, /use its cookie\. .*slider/],
])("a broadcast that is %s ends with advice", async (is, answer, hint) => {
	const data = { data: [], prompts: "你不在主播设置的可见范围内", user: { id_str: "7" } };
	const calls: Answer = (_request, response) => void response.end(JSON.stringify({ data }));
	const steps = await (await upstream({ page: answer, calls })).collect();
	expect(steps[1]).toMatchObject({ ok: false, found: { is } });
	expect(steps[1]?.hint).toMatch(hint);
});

it("a failing im/fetch does not skip the socket", async () => {
	const fetch: Answer = (_request, response) => void response.writeHead(500).end();
	const steps = await (await upstream({ fetch, frame: chatFrame([2]) })).collect();
	expect(summary(steps).slice(3)).toEqual([
		["im_fetch", false, "upstream_error"],
		["socket", true, undefined],
	]);
});

it("a refused socket reports the upstream's own words", async () => {
	const refuse = "HTTP/1.1 200 OK\r\nhandshake-status: 415\r\nhandshake-msg: DEVICE_BLOCKED\r\n\r\n";
	const steps = await (await upstream({ refuse })).collect();
	expect(summary(steps).at(-1)).toEqual(["socket", false, "blocked"]);
	expect(steps.at(-1)?.detail).toContain("DEVICE_BLOCKED");
});

it("a mute socket differs from one that fails to open", async () => {
	const made = await upstream({});
	const collecting = made.collect();
	await made.opened;
	await made.clock.advance(20_000);
	expect(summary(await collecting).at(-1)).toEqual(["socket", false, "silence"]);
});

it("an abort ends the probe without a further step", async () => {
	const stop = new AbortController();
	const made = await upstream({ fetch: () => stop.abort() });
	expect(summary(await made.collect(stop.signal)).map(([name]) => name)).toEqual(["cookie", "page", "login"]);
});

it.each([
	[undefined, undefined, true, "no gifts", "browser that is logged in"],
	["sessionid=a", undefined, true, "page does not say", undefined],
	["sessionid=a", true, true, "according to the page", undefined],
	["sessionid=a", false, false, "has expired", "new cookie"],
	["sessionid=a; sid_guard=a|1600000000|60|x", undefined, false, "2020-09-13 12:27 UTC", "new cookie"],
])("the login step handles cookie %j with mark %s", async (cookie, isLogin, ok, detail, hint) => {
	const headerUserInfo = isLogin === undefined ? {} : { headerUserInfo: { isLogin } };
	const state = JSON.stringify({ roomStore: { roomInfo: { room } }, ...headerUserInfo });
	const answer: Answer = (_request, response) => void response.end(`<script>x(${JSON.stringify(state)})</script>`);
	const made = await upstream({ page: answer, frame: chatFrame([2]) });
	const step = (await made.collect(undefined, cookie)).find(({ name }) => name === "login");
	expect(step).toMatchObject({ ok, detail: expect.stringContaining(detail) });
	if (hint === undefined) expect(step?.hint).toBeUndefined();
	else expect(step?.hint).toContain(hint);
});

it("hints cover every failure", () => {
	expect(Object.keys(hints).toSorted()).toEqual(failureReasons.toSorted());
});

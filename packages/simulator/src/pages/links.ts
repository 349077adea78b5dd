import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isKnown, parseCookies } from "../cookies.ts";
import type { Room } from "../rooms/room.ts";
import { secUidOf, shortCode } from "../rooms/room-links.ts";
import { fails, html } from "./answers.ts";
import { captchaPage, plainPage } from "./html.ts";
import { personJson, roomJson, shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";

/** Where an app's link goes on a phone, and a foreign host that a fault leads to: `.invalid` never resolves. */
const reflowPath = "/douyin/webcast/reflow";
const foreignUrl = "https://live.douyin.example.invalid/";

/** What `reflow/info` must be asked, word for word (the web page's protocol, links that people paste). */
const infoParameters: Readonly<Record<string, string>> = {
	type_id: "0",
	live_id: "1",
	version_code: "99.99.99",
	app_id: "1128",
};

/** The site's code for a room that is not there, and for other things: it is ambiguous. */
const noSuchRoom = 4_001_038;

interface Query {
	Querystring: Record<string, string>;
}

/** What links lead to that people paste: short links, the app's room, a person. The site's other hosts are folders here. */
export function addLinks(app: FastifyInstance, context: PagesContext): void {
	const { rooms, faults } = context;

	for (const path of ["/v.douyin.com/:code", "/v.douyin.com/:code/"]) {
		app.get<{ Params: { code: string } }>(path, (request, reply) => {
			const room = [...rooms].find((one) => shortCode(one) === request.params.code);
			const liveId = room?.liveId;
			if (fails(context, "pages", liveId, reply)) return reply;
			if (faults.take("captcha", liveId)) return html(reply, captchaPage());
			if (faults.take("empty_answer", liveId)) return reply.send("");
			if (faults.take("foreign_redirect", liveId)) return reply.redirect(foreignUrl, 302);
			// An expired code is not told from one that never was: both lead to the home page.
			if (!room || faults.take("expired_link", liveId)) return reply.redirect(`${baseOf(request)}/`, 302);
			return reply.redirect(targetOf(room, request), 302);
		});
	}

	app.get<{ Params: { room_id: string } }>(`${reflowPath}/:room_id`, (request, reply) => {
		const liveId = rooms.byRoomId(request.params.room_id)?.room.liveId;
		if (fails(context, "pages", liveId, reply)) return reply;
		return html(reply, faults.take("captcha", liveId) ? captchaPage() : plainPage("抖音直播 - 模拟"));
	});

	app.get<Query>("/webcast/room/reflow/info/", (request, reply) => {
		const found = rooms.byRoomId(request.query["room_id"] ?? "");
		if (fails(context, "pages", found?.room.liveId, reply)) return reply;
		if (faults.take("captcha", found?.room.liveId)) return html(reply, captchaPage());
		return reflowInfo(context, found?.room, request, reply);
	});

	app.get<{ Params: { sec_uid: string } }>("/user/:sec_uid", (request, reply) => {
		const room = [...rooms].find((one) => secUidOf(one) === request.params.sec_uid);
		if (fails(context, "pages", room?.liveId, reply)) return reply;
		if (faults.take("captcha", room?.liveId)) return html(reply, captchaPage());
		return html(reply, plainPage(room ? `${room.anchor.nickname}的抖音 - 抖音` : "抖音"));
	});
}

/** A browser on a desk is led to the room's page, one on a phone to the app's. */
function targetOf(room: Room, request: FastifyRequest): string {
	const isPhone = /Android|iPhone|iPad|Mobile/.test(request.headers["user-agent"] ?? "");
	if (!isPhone) return `${baseOf(request)}/${room.liveId}?from=web_code_link`;
	const query = new URLSearchParams({ u_code: "0", sec_user_id: secUidOf(room), share_app_id: "1128" });
	return `${baseOf(request)}${reflowPath}/${room.current.roomId}?${query}`;
}

/** Who a broadcast belongs to, and whether it is on. Nothing is signed; who is not known as a visitor gets nothing. */
function reflowInfo(
	context: PagesContext,
	room: Room | undefined,
	request: FastifyRequest<Query>,
	reply: FastifyReply,
): FastifyReply {
	reply.header("content-type", "application/json; charset=utf-8");
	const { query, headers } = request;
	const wrong = Object.entries(infoParameters).find(([name, value]) => query[name] !== value);
	const problem = isKnown(parseCookies(headers.cookie))
		? wrong && `the query's ${wrong[0]} is not ${wrong[1]}`
		: "no ttwid cookie, and no user's cookie";
	if (problem !== undefined) return reply.header("x-sim-why", problem).send("");
	if (context.faults.take("empty_answer", room?.liveId)) return reply.send("");
	const extra = { now: context.clock.now() };
	const shown = room ? shownAs(room) : "not_found";
	if (!room || shown === "not_found" || shown === "no_room") {
		return reply.send(JSON.stringify({ data: { message: "", prompts: "" }, extra, status_code: noSuchRoom }));
	}
	const owner = { ...personJson(room.anchor), web_rid: room.liveId, display_id: room.anchor.user.displayId };
	const data = { room: { ...roomJson(room, shown), owner } };
	return reply.send(JSON.stringify({ data, extra, status_code: 0 }));
}

const baseOf = (request: FastifyRequest): string => `http://${request.headers.host ?? "127.0.0.1"}`;

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isKnown, parseCookies } from "../cookies.ts";
import { fails, html } from "./answers.ts";
import { addFollowedFeed } from "./followed-feed.ts";
import { captchaPage, plainPage, roomPage, shellPage } from "./html.ts";
import { imFetch } from "./im-fetch.ts";
import { addLinks } from "./links.ts";
import { addLiveStatus } from "./live-status.ts";
import { pageState } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";
import { addRoomInfo } from "./room-info.ts";
import { refuse } from "./site-gate.ts";
import { Visitors } from "./visitors.ts";
import { webEnter } from "./web-enter.ts";

/** Adds the site's HTTP side: home page, room page, JSON status, first state. */
export function addPages(app: FastifyInstance, context: PagesContext): void {
	const visitors = new Visitors(context.seed);
	addLinks(app, context);
	addLiveStatus(app, context);
	addFollowedFeed(app, context);
	addRoomInfo(app, context);

	app.get("/", { config: { way: "page" } }, (request, reply) => {
		if (fails(context, "pages", undefined, reply)) return reply;
		if (context.faults.take("captcha", undefined)) return html(reply, captchaPage());
		if (meetsNonce(context, visitors, undefined, request, reply)) return reply;
		withTtwid(context, visitors, request, reply);
		if (bringsNothing(request)) reply.header("set-cookie", visitors.newNonce());
		return html(reply, plainPage("抖音直播 - 模拟", context.site));
	});

	const page = (request: FastifyRequest<{ Params: { live_id: string } }>, reply: FastifyReply) => {
		const { live_id: name } = request.params;
		const room = context.rooms.findByName(name);
		const liveId = room?.liveId ?? name;
		if (fails(context, "pages", liveId, reply)) return reply;
		if (context.faults.take("captcha", liveId)) return html(reply, captchaPage());
		if (meetsNonce(context, visitors, liveId, request, reply)) return reply;
		if (bringsNothing(request)) return html(reply.header("set-cookie", visitors.newNonce()), shellPage());
		const cookies = parseCookies(request.headers.cookie);
		if (room?.page === "captcha") return html(reply, captchaPage());
		if (room?.page === "shell") return html(reply, shellPage());
		const visitorId = visitors.idOf(cookies.get("ttwid") ?? cookies.get("sessionid") ?? "");
		const visitor = { id: visitorId, loggedIn: context.logins.holds(cookies) };
		const state = pageState(room, liveId, visitor, context.site.settings.pageStore);
		const setCookie = context.logins.setCookie(cookies);
		if (setCookie) reply.header("set-cookie", setCookie);
		return html(
			withTtwid(context, visitors, request, reply),
			roomPage(state, { escapeDepth: room?.escapeDepth ?? 1, namesCaptcha: context.site.namesCaptcha }),
		);
	};
	for (const path of ["/:live_id", "/follow/live/:live_id", "/root/live/:live_id"])
		app.get(path, { config: { way: "page" } }, page);

	type Query = { Querystring: Record<string, string> };
	app.get<Query>("/webcast/room/web/enter/", { config: { way: "enter" } }, (request, reply) => {
		if (fails(context, "pages", request.query["web_rid"], reply)) return reply;
		if (context.faults.take("captcha", request.query["web_rid"])) return refuse(reply, "enter", "captcha");
		return webEnter(context, request, reply);
	});

	app.get<Query>("/webcast/im/fetch/", { config: { way: "fetch" } }, (request, reply) => {
		const liveId = context.rooms.byRoomId(request.query["room_id"] ?? "")?.room.liveId;
		if (fails(context, "fetch", liveId, reply)) return reply;
		return imFetch(context, request, reply);
	});
}

/** Whether an `ac_nonce` fault has answered: it does so only to clients without a cookie. */
function meetsNonce(
	context: PagesContext,
	visitors: Visitors,
	liveId: string | undefined,
	request: FastifyRequest,
	reply: FastifyReply,
): boolean {
	if (!bringsNothing(request) || !context.faults.take("ac_nonce", liveId)) return false;
	html(reply.header("set-cookie", visitors.newNonce()), shellPage());
	return true;
}

/** Whether the client is new and has not even a nonce. */
function bringsNothing(request: FastifyRequest): boolean {
	const cookies = parseCookies(request.headers.cookie);
	return !isKnown(cookies) && !cookies.has("__ac_nonce");
}

function withTtwid(
	context: PagesContext,
	visitors: Visitors,
	request: FastifyRequest,
	reply: FastifyReply,
): FastifyReply {
	if (parseCookies(request.headers.cookie).has("ttwid")) return reply;
	return reply.header("set-cookie", visitors.newTtwid(context.clock.now()));
}

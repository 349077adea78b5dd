import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isKnown, parseCookies } from "../cookies.ts";
import type { Broadcast } from "../rooms/broadcast.ts";
import type { Room } from "../rooms/room.ts";
import { hash32, id19 } from "../traffic/random.ts";
import { captchaPage, plainPage, roomPage, shellPage } from "./html.ts";
import { imFetch } from "./im-fetch.ts";
import { addLinks } from "./links.ts";
import {
	anchorJson,
	broadcastJson,
	broadcastOver,
	noSuchRoom,
	pageState,
	promptOf,
	roomJson,
	type Shown,
	shownAs,
} from "./page-state.ts";
import { fails, html, json, type PagesContext } from "./pages-context.ts";
import { refuse } from "./site-gate.ts";

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

/** The site's code for content that requires a login. */
const logInFirst = 20_003;

/** Adds the list of followed accounts that are live (`web/feed/follow`), in one answer. */
function addFollowedFeed(app: FastifyInstance, context: PagesContext): void {
	app.get("/webcast/web/feed/follow/", { config: { way: "followed" } }, (request, reply) => {
		if (fails(context, "pages", undefined, reply)) return reply;
		const cookies = parseCookies(request.headers.cookie);
		const extra = { now: context.clock.now() };
		if (!context.logins.holds(cookies)) {
			return json(reply, { data: { message: "", prompts: "请先登录" }, extra, status_code: logInFirst });
		}
		const follows = context.logins.follows(cookies.get("sessionid") ?? "");
		const live = [...context.rooms].filter((room) => follows.has(room.liveId) && shownAs(room) === "live");
		const data = live.map((room) => ({ web_rid: room.liveId, room: roomJson(room, "live") }));
		return json(reply, { data: { data }, extra, status_code: 0 });
	});
}

/**
 * Adds the call for which of several people are live (`check_user_live_status`): no cookie, no signature. It names
 * those who are; a missing one may be offline, unknown, in a voice room, or beyond the call's limit.
 */
function addLiveStatus(app: FastifyInstance, context: PagesContext): void {
	const path = "/webcast/distribution/check_user_live_status/";
	app.get<{ Querystring: Record<string, string> }>(path, { config: { way: "batch" } }, (request, reply) => {
		if (fails(context, "pages", undefined, reply)) return reply;
		const { batchIds, batchVoice } = context.site.settings;
		if (request.query["aid"] !== "6383") return json(reply.header("x-sim-why", "aid is not 6383"), "");
		const ids = (request.query["user_ids"] ?? "").split(",").slice(0, batchIds);
		const userLive = ids.flatMap((userId) => {
			const room = context.rooms.findByAnchor(userId);
			if (!room || shownAs(room) !== "live" || (room.voice && !batchVoice)) return [];
			return [
				{
					live_status: 1,
					room_id_str: room.current.roomId,
					user_id_str: userId,
					ad_type: 0,
					filter_reason: "",
					msg: "",
				},
			];
		});
		const data = [{ scene_id: Number(request.query["distribution_scenes"] ?? 0), user_live: userLive }];
		return json(reply, { data, extra: { now: context.clock.now() }, status_code: 0 });
	});
}

type Query = { Querystring: Record<string, string> };

/**
 * Adds the calls for a broadcast by its room id (`info_by_scene`: is it over?), and for a person's last one
 * (`info_by_user`). Neither is signed, neither requires a cookie.
 */
function addRoomInfo(app: FastifyInstance, context: PagesContext): void {
	app.get<Query>("/webcast/room/info_by_scene/", { config: { way: "scene" } }, (request, reply) => {
		const { room_id: roomId = "", scene, aid } = request.query;
		const found = context.rooms.byRoomId(roomId);
		if (fails(context, "pages", found?.room.liveId, reply)) return reply;
		if (context.faults.take("captcha", found?.room.liveId)) return refuse(reply, "scene", "captcha");
		if (aid !== "6383" || !scene) return json(reply.header("x-sim-why", "aid is not 6383, or no scene"), "");
		const extra = { now: context.clock.now() };
		if (!found || !isPublic(found.room)) return json(reply, { ...nothing, extra, status_code: noSuchRoom });
		const { room, broadcast } = found;
		const { id_str, status, title } = broadcastJson(room, broadcast, isOn(room, broadcast));
		const stream_url = { flv_pull_url: { FULL_HD1: `https://pull-flv.sim-douyin.invalid/${roomId}.flv` } };
		return json(reply, { data: { id_str, status, title, stream_url }, extra, status_code: 0 });
	});

	app.get<Query>("/webcast/room/info_by_user/", { config: { way: "user" } }, (request, reply) => {
		const room = context.rooms.findByAnchor(request.query["user_id"] ?? "");
		if (fails(context, "pages", room?.liveId, reply)) return reply;
		if (request.query["aid"] !== "6383") return json(reply.header("x-sim-why", "aid is not 6383"), "");
		const extra = { now: context.clock.now() };
		// A room that never was live is answered like one that does not exist.
		if (!room || !isPublic(room)) return json(reply, { data: {}, extra, status_code: 0 });
		const { current } = room;
		const { id_str, status, create_time, finish_time } = broadcastJson(room, current, isOn(room, current));
		const data = { id_str, status, create_time, finish_time, owner_user_id: room.anchor.id };
		return json(reply, { data, extra, status_code: 0 });
	});
}

const nothing = { data: { message: "", prompts: "" } };

function isPublic(room: Room): boolean {
	const shown = shownAs(room);
	return shown === "live" || shown === "offline";
}

function isOn(room: Room, broadcast: Broadcast): boolean {
	return broadcast === room.current && shownAs(room) === "live";
}

/** Answers with the JSON status. Without `a_bogus` the answer is empty, as the upstream's is. */
function webEnter(
	context: PagesContext,
	request: FastifyRequest<{ Querystring: Record<string, string> }>,
	reply: FastifyReply,
): FastifyReply {
	if (!request.query["a_bogus"]) return json(reply.header("x-sim-why", "no a_bogus"), "");
	const extra = { now: context.clock.now() };
	const room = context.rooms.find(request.query["web_rid"] ?? "");
	const shown = room ? shownAs(room) : "not_found";
	if (!room || shown === "not_found") {
		return json(reply, { data: { message: "", prompts: "" }, extra, status_code: noSuchRoom });
	}
	return json(reply, { ...answerOf(room, shown), extra });
}

function answerOf(room: Room, shown: Shown): Record<string, unknown> {
	const user = anchorJson(room);
	switch (shown) {
		case "live":
			// A voice room has its anchor here, and nothing of its broadcast (recorders' reports of 2026-06).
			if (room.voice) return answer({ data: [], user, enter_room_id: "", room_status: 1, enter_mode: 1 });
			return answer({ data: [roomJson(room, shown)], user, enter_room_id: room.current.roomId, room_status: 0 });
		case "offline":
			if (room.voice) return answer({ data: [], user, prompts: promptOf(shown), room_status: 2 }, broadcastOver);
			return answer({ data: [roomJson(room, shown)], user, enter_room_id: room.current.roomId, room_status: 2 });
		case "hidden":
			return answer({ data: [], user, prompts: promptOf(shown) }, noSuchRoom);
		default:
			return answer({ data: [], user, enter_room_id: "", room_status: 2 });
	}
}

const answer = (data: Record<string, unknown>, code = 0) => ({ data, status_code: code });

/** Gives visitors their cookies. */
class Visitors {
	readonly #seed: number;
	#given = 0;

	constructor(seed: number) {
		this.#seed = seed;
	}

	/** Returns a `Set-Cookie` line with a fresh `ttwid`: valid for a year. */
	newTtwid(nowMs: number): string {
		const n = ++this.#given;
		const words = [0, 1, 2, 3].map((i) => hash32(this.#seed, "ttwid", n, i).toString(16).padStart(8, "0")).join("");
		const value = `1%7Csim${words}%7C${Math.floor(nowMs / 1000)}%7C${words.repeat(2)}`;
		return `ttwid=${value}; Path=/; Max-Age=31536000; HttpOnly`;
	}

	/** Returns a `Set-Cookie` line for clients without any cookie. */
	newNonce(): string {
		const n = ++this.#given;
		const value = hash32(this.#seed, "nonce", n).toString(16).padStart(8, "0");
		return `__ac_nonce=0${value}${value}0000; Path=/; Max-Age=1800`;
	}

	/** Returns the id that a visitor's page names (`user_unique_id`): the same for the same cookie. */
	idOf(cookie: string): string {
		return id19(this.#seed, "visitor", cookie);
	}
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isKnown, parseCookies } from "../cookies.ts";
import type { Room } from "../rooms/room.ts";
import { secUidOf, shortCode } from "../rooms/room-links.ts";
import { captchaPage, plainPage } from "./html.ts";
import { noSuchRoom, personJson, promptOf, roomJson, shownAs } from "./page-state.ts";
import { fails, html, json, type PagesContext } from "./pages-context.ts";

/** Target of an app's link on a phone, and the foreign host that a fault leads to: `.invalid` never resolves. */
const reflowPath = "/douyin/webcast/reflow";
const foreignUrl = "https://live.douyin.example.invalid/";

/** Parameters that `reflow/info` requires, word for word (the web page's protocol, links that people paste). */
const infoParameters: Readonly<Record<string, string>> = {
	type_id: "0",
	live_id: "1",
	version_code: "99.99.99",
	app_id: "1128",
};

/** The room id with which `reflow/info` goes by `sec_user_id`: the anchor's room, whichever it is. */
const anyRoomId = "2";

/**
 * Parameters that `reflow/info` requires for a request by anchor: fewer, and no cookie (a recorder's source, 2026-04).
 */
const personParameters: Readonly<Record<string, string>> = { type_id: "0", live_id: "1", app_id: "1128" };

interface Query {
	Querystring: Record<string, string>;
}

/**
 * Adds the targets of pasted links: short links, the app's room, a profile. The site's other hosts are folders here.
 */
export function addLinks(app: FastifyInstance, context: PagesContext): void {
	const { rooms, faults } = context;

	for (const path of ["/v.douyin.com/:code", "/v.douyin.com/:code/"]) {
		app.get<{ Params: { code: string } }>(path, { config: { way: "page" } }, (request, reply) => {
			const room = [...rooms].find((one) => shortCode(one) === request.params.code);
			const liveId = room?.liveId;
			if (fails(context, "pages", liveId, reply)) return reply;
			if (faults.take("captcha", liveId)) return html(reply, captchaPage());
			if (faults.take("empty_answer", liveId)) return reply.send("");
			if (faults.take("foreign_redirect", liveId)) return reply.redirect(foreignUrl, 302);
			// An expired code can't be distinguished from one that never existed: both lead to the home page.
			if (!room || faults.take("expired_link", liveId)) return reply.redirect(`${baseOf(request)}/`, 302);
			return reply.redirect(targetOf(room, request), 302);
		});
	}

	type Reflow = { Params: { room_id: string } };
	app.get<Reflow>(`${reflowPath}/:room_id`, { config: { way: "page" } }, (request, reply) => {
		const liveId = rooms.byRoomId(request.params.room_id)?.room.liveId;
		if (fails(context, "pages", liveId, reply)) return reply;
		return html(reply, faults.take("captcha", liveId) ? captchaPage() : plainPage("抖音直播 - 模拟", context.site));
	});

	app.get<Query>("/webcast/room/reflow/info/", { config: { way: "reflow" } }, (request, reply) => {
		const { room_id: roomId = "", sec_user_id: secUid = "" } = request.query;
		const byPerson = roomId === anyRoomId;
		const room = byPerson ? rooms.findByAnchor(secUid) : rooms.byRoomId(roomId)?.room;
		if (fails(context, "pages", room?.liveId, reply)) return reply;
		if (faults.take("captcha", room?.liveId)) return html(reply, captchaPage());
		return reflowInfo(context, { room, byPerson }, request, reply);
	});

	app.get<{ Params: { sec_uid: string } }>("/user/:sec_uid", { config: { way: "page" } }, (request, reply) => {
		const room = rooms.findByAnchor(request.params.sec_uid);
		if (fails(context, "pages", room?.liveId, reply)) return reply;
		if (faults.take("captcha", room?.liveId)) return html(reply, captchaPage());
		return html(reply, plainPage(room ? `${room.anchor.nickname}的抖音 - 抖音` : "抖音", context.site));
	});
}

/** Returns the target of a short link: a desktop browser goes to the room's page, a phone's to the app's. */
function targetOf(room: Room, request: FastifyRequest): string {
	const isPhone = /Android|iPhone|iPad|Mobile/.test(request.headers["user-agent"] ?? "");
	if (!isPhone) return `${baseOf(request)}/${room.liveId}?from=web_code_link`;
	const query = new URLSearchParams({ u_code: "0", sec_user_id: secUidOf(room), share_app_id: "1128" });
	return `${baseOf(request)}${reflowPath}/${room.current.roomId}?${query}`;
}

/**
 * Answers with the anchor of a broadcast, and whether it is on; also for voice rooms. Nothing is signed. By room id, a
 * client without a visitor cookie gets nothing.
 */
function reflowInfo(
	context: PagesContext,
	{ room, byPerson }: { room: Room | undefined; byPerson: boolean },
	request: FastifyRequest<Query>,
	reply: FastifyReply,
): FastifyReply {
	const { query, headers } = request;
	const expected = byPerson ? personParameters : infoParameters;
	const wrong = Object.entries(expected).find(([name, value]) => query[name] !== value);
	const problem =
		byPerson || isKnown(parseCookies(headers.cookie))
			? wrong && `the query's ${wrong[0]} is not ${wrong[1]}`
			: "no ttwid cookie, and no user's cookie";
	if (problem !== undefined) return json(reply.header("x-sim-why", problem), "");
	if (context.faults.take("empty_answer", room?.liveId)) return json(reply, "");
	const extra = { now: context.clock.now() };
	const shown = room ? shownAs(room) : "not_found";
	if (!room || (shown !== "live" && shown !== "offline")) {
		return json(reply, { data: { message: "", prompts: promptOf(shown) }, extra, status_code: noSuchRoom });
	}
	const owner = { ...personJson(room.anchor), web_rid: room.liveId, display_id: room.anchor.user.displayId };
	const voice = room.voice && { live_type_audio: true };
	return json(reply, { data: { room: { ...roomJson(room, shown), ...voice, owner } }, extra, status_code: 0 });
}

const baseOf = (request: FastifyRequest): string => `http://${request.headers.host ?? "127.0.0.1"}`;

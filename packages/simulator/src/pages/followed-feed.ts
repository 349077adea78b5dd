import type { FastifyInstance } from "fastify";
import { parseCookies } from "../cookies.ts";
import { fails, json } from "./answers.ts";
import { roomJson, shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";

/** The site's code for content that requires a login. */
const logInFirst = 20_003;

/** Adds the list of followed accounts that are live (`web/feed/follow`), in one answer. */
export function addFollowedFeed(app: FastifyInstance, context: PagesContext): void {
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

import { DouyinError } from "../errors.ts";
import { failureOfStatus } from "../net/index.ts";
import type { RoomLookup } from "../upstream.ts";
import { isObject } from "./escaped-json.ts";
import { signedQuery } from "./first-state.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { answerOrUnknown } from "./lookup-room.ts";
import { id, pictureOf, readAnchor, text } from "./room-page.ts";
import { browserFields, siteOrigin } from "./web-query.ts";

/**
 * Looks a room up with the JSON call `web/enter` (the web page's protocol, "optional JSON status"). Off by default: it
 * wants `a_bogus`, so it needs a signer that makes one. Same answers and errors as the look-up on the page.
 */
export async function lookupByEnter(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<RoomLookup> {
	const what = "The room's status (web/enter)";
	return answerOrUnknown(liveId, signal, async () => {
		await deps.visitor.ensure(signal);
		const query = await signedQuery(deps, [
			["aid", "6383"],
			["app_name", "douyin_web"],
			["live_id", "1"],
			["language", "zh-CN"],
			["enter_from", "page_refresh"],
			...browserFields(deps.http.userAgent),
			["web_rid", liveId],
			["room_id_str", ""],
			["enter_source", ""],
			["is_need_double_stream", "false"],
			["insert_task_id", ""],
			["live_reason", ""],
			["msToken", deps.token()],
		]);
		const url = `${deps.baseUrl}/webcast/room/web/enter/?${query}`;
		const answer = await deps.http.request({ url, what, signal, headers: { referer: `${siteOrigin}/${liveId}` } });
		const failure = failureOfStatus(answer.status, answer.headers, what, deps.clock.now());
		if (failure) throw failure;
		if (answer.body.length === 0) {
			throw new DouyinError("signature_rejected", `${what} came back empty: the upstream wants another a_bogus.`);
		}
		return conclude(deps, liveId, what, answer.body.toString());
	});
}

const liveStatus = 2;

function conclude(deps: LookupDeps, liveId: string, what: string, body: string): RoomLookup {
	const reply = parseObject(body);
	const data = reply?.["data"];
	if (!isObject(data)) {
		const code = reply?.["status_code"];
		throw new DouyinError("unreadable_page", `${what} holds no room data (status_code ${String(code)}).`);
	}
	const rooms: unknown = data["data"];
	const room = Array.isArray(rooms) && isObject(rooms[0]) ? rooms[0] : {};
	const anchor = readAnchor(data["user"]) ?? readAnchor(room["owner"]);
	const roomId = id(room["id_str"]) || id(data["enter_room_id"]);
	if (!roomId) return anchor ? { status: "no_room", liveId, anchor } : { status: "not_found", liveId };
	const cover = pictureOf(room["cover"]);
	const common = { liveId, roomId, title: text(room["title"]), ...(cover && { cover }), ...(anchor && { anchor }) };
	const live = room["status"] === undefined ? data["room_status"] === 0 : room["status"] === liveStatus;
	if (!live) return { status: "offline", ...common };
	return { status: "live", ...common, userUniqueId: deps.fallbackUserUniqueId };
}

function parseObject(body: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(body);
		return isObject(value) ? value : undefined;
	} catch {
		// The caller says what it found instead.
		return undefined;
	}
}

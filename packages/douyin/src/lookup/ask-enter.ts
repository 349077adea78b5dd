import { encodeQuery, queryOf, type SiteProfile } from "../site-profile/index.ts";
import type { WayAnswer } from "../upstream.ts";
import { answerOrUnknown } from "./ask-page.ts";
import { isObject } from "./escaped-json.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { observed, readReply, unreadable } from "./refusals.ts";
import { answerOf, id, isClosed, reachable, readAnchor, readRoom, saidOf } from "./room-json.ts";
import { browserVersion, siteOrigin } from "./web-query.ts";

const what = "The room's status (web/enter)";

/**
 * Asks about a room by the JSON call `web/enter` (the web page's protocol, "optional JSON status"). It requires
 * `a_bogus`, and answers with nothing to a wrong one.
 */
export function askEnter(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<WayAnswer> {
	return answerOrUnknown(liveId, signal, async () => {
		await deps.visitor.ensure(signal);
		const profile = deps.profile();
		const query = queryOf(profile, "enter", {
			...{ live_id: liveId, ms_token: deps.token() },
			browser_version: browserVersion(deps.http.userAgent),
		});
		const signed = `${query}&${encodeQuery([["a_bogus", await deps.aBogus(query, deps.http.userAgent)]])}`;
		const url = `${deps.baseUrl}${profile.calls.enter.path}?${signed}`;
		const answer = await deps.http.request({ url, what, signal, headers: { referer: `${siteOrigin}/${liveId}` } });
		return observed(deps, "enter", answer, () =>
			conclude(deps, profile, liveId, readReply(profile, answer, what, deps.clock.now())),
		);
	});
}

/** `data.room_status`: the broadcast is on, is on but not shown here, or is over. */
const [statusOn, statusVoice, statusOver] = [0, 1, 2];

function conclude(
	deps: LookupDeps,
	{ page, refusals }: SiteProfile,
	liveId: string,
	reply: Record<string, unknown>,
): WayAnswer {
	const voiceMode = page.voice_mode;
	const data = isObject(reply["data"]) ? reply["data"] : {};
	const rooms: unknown = data["data"];
	const first = Array.isArray(rooms) && isObject(rooms[0]) ? rooms[0] : {};
	const anchor = readAnchor(data["user"]) ?? readAnchor(first["owner"]);
	const said = saidOf(refusals, reply, { liveId, anchor, roomId: id(first["id_str"]) });
	if (said) return said;
	if (!isObject(reply["data"])) {
		throw unreadable(`${what} holds no room data (status_code ${String(reply["status_code"])}).`);
	}
	const { room_status: status, enter_mode: mode, enter_room_id: elsewhere } = data;
	const none = Array.isArray(rooms) && rooms.length === 0;
	if (none && status === statusVoice && mode === voiceMode) {
		const known = reachable(anchor);
		if (known) return { status: "voice", liveId, anchor: known };
	}
	// Some answers have the id and the status of the room outside of it.
	const room = readRoom({ ...first, status: first["status"] ?? roomStatus(status) }, elsewhere);
	if (room === "unreadable") throw unreadable(`${what} holds a room that can't be read.`);
	if (room) {
		const seen = { liveId, anchor, userUniqueId: deps.fallbackUserUniqueId };
		return answerOf(refusals, { ...room, voice: room.voice || mode === voiceMode }, seen);
	}
	if (isClosed(refusals, anchor)) return { status: "closed", liveId, anchor };
	if (anchor && none && (status === statusOver || status === undefined)) return { status: "no_room", liveId, anchor };
	// No account has this number, or whatever else the ambiguous code 4001038 means.
	if (!anchor && status === undefined) return { status: "inconclusive", liveId };
	throw unreadable(`${what} says neither that the room is live nor that it is not.`);
}

/** Returns the `status` of a room that corresponds to `data.room_status`. */
function roomStatus(status: unknown): number | undefined {
	return status === statusOn ? 2 : status === statusOver ? 4 : undefined;
}

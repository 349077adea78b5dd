import { queryOf } from "../site-profile/index.ts";
import type { Anchor, WayAnswer } from "../upstream.ts";
import { answerOrUnknown } from "./ask-page.ts";
import { isObject } from "./escaped-json.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { observed, readReply, unreadable } from "./refusals.ts";
import { answerOfFinished, readAnchor, readRoom, type SeenRoom, saidOf } from "./room-json.ts";
import { hostUrl, siteOrigin } from "./web-query.ts";

/**
 * Asks about a room by its anchor: `reflow/info` of the app's host, without cookie or signature. Finds voice rooms,
 * too.
 */
export function askReflow(
	deps: LookupDeps,
	liveId: string,
	known: Anchor & { secUid: string },
	signal: AbortSignal,
): Promise<WayAnswer> {
	const what = "The streamer's room (reflow/info)";
	return answerOrUnknown(liveId, signal, async () => {
		const profile = deps.profile();
		const query = queryOf(profile, "reflow", { sec_uid: known.secUid });
		const url = `${hostUrl(deps.baseUrl, "webcast.amemv.com")}${profile.calls.reflow.path}?${query}`;
		const answer = await deps.appHttp.request({ url, what, signal, withoutCookies: true, redirects: false });
		return observed(deps, "reflow", answer, () => {
			const reply = readReply(profile, answer, what, deps.clock.now());
			const data = dataOf(reply, what);
			const value = isObject(data["room"]) ? data["room"] : {};
			const anchor = readAnchor(value["owner"]) ?? known;
			// If the site ever ignored the anchor, all rooms would look the same.
			if (anchor.secUid !== known.secUid) throw unreadable(`${what} is another person's.`);
			return conclude(deps, { reply, value, elsewhere: undefined, what }, { liveId, anchor });
		});
	});
}

/**
 * Asks about a broadcast by its room id: `info_by_scene`, without signature. It reports whether that broadcast is over,
 * and names no anchor.
 */
export function askScene(deps: LookupDeps, liveId: string, roomId: string, signal: AbortSignal): Promise<WayAnswer> {
	const what = "The broadcast's state (info_by_scene)";
	return answerOrUnknown(liveId, signal, async () => {
		const profile = deps.profile();
		const query = queryOf(profile, "scene", { room_id: roomId });
		const url = `${deps.baseUrl}${profile.calls.scene.path}?${query}`;
		const answer = await deps.http.request({ url, what, signal, headers: { referer: `${siteOrigin}/${liveId}` } });
		return observed(deps, "scene", answer, () => {
			const reply = readReply(profile, answer, what, deps.clock.now());
			const value = dataOf(reply, what);
			const other = value["id_str"] !== undefined && value["id_str"] !== roomId;
			if (other) throw unreadable(`${what} is another broadcast's.`);
			return conclude(deps, { reply, value, elsewhere: roomId, what }, { liveId, anchor: undefined, roomId });
		});
	});
}

interface Reply {
	reply: Record<string, unknown>;
	/** The room's object, if there is one. */
	value: Record<string, unknown>;
	/** Its id, if the object has none. */
	elsewhere: string | undefined;
	what: string;
}

function conclude(
	deps: LookupDeps,
	{ reply, value, elsewhere, what }: Reply,
	about: Omit<SeenRoom, "userUniqueId"> & { roomId?: string },
): WayAnswer {
	const { refusals } = deps.profile();
	const said = saidOf(refusals, reply, about);
	if (said) return said;
	const room = value["status"] === undefined ? undefined : readRoom(value, elsewhere);
	if (room === "unreadable") throw unreadable(`${what} can't be read.`);
	if (room) return answerOfFinished(refusals, room, { ...about, userUniqueId: deps.fallbackUserUniqueId });
	// A code without a room can mean several things (4001038); an answer that claims success should have a room.
	if (reply["status_code"] === 0) throw unreadable(`${what} is not in the answer.`);
	return { status: "inconclusive", liveId: about.liveId };
}

function dataOf(reply: Record<string, unknown>, what: string): Record<string, unknown> {
	const data = reply["data"];
	if (isObject(data)) return data;
	throw unreadable(`${what} holds no data (status_code ${String(reply["status_code"])}).`);
}

import type { DouyinError } from "../errors.ts";
import { encodeQuery, queryOf, type SiteProfile } from "../site-profile/index.ts";
import type { Anchor, KnownRoom, LookupWay, RoomLookup, WayAnswer } from "../upstream.ts";
import { answerOrUnknown, askPage } from "./ask-page.ts";
import { isObject } from "./escaped-json.ts";
import { parseLiveId } from "./live-id.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { observed, readReply, unreadable } from "./refusals.ts";
import {
	answerOf,
	answerOfFinished,
	id,
	isClosed,
	reachable,
	readAnchor,
	readRoom,
	type SeenRoom,
	saidOf,
} from "./room-json.ts";
import { browserVersion, hostUrl, siteOrigin } from "./web-query.ts";

const what = "The room's status (web/enter)";

/**
 * Asks about a room by the JSON call `web/enter` (the web page's protocol, "optional JSON status"). It requires
 * `a_bogus`, and answers with nothing to a wrong one.
 */
function askEnter(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<WayAnswer> {
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
			concludeReply(deps, profile, liveId, readReply(profile, answer, what, deps.clock.now())),
		);
	});
}

/** `data.room_status`: the broadcast is on, is on but not shown here, or is over. */
const [statusOn, statusVoice, statusOver] = [0, 1, 2];

function concludeReply(
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

/**
 * Asks about a room by its anchor: `reflow/info` of the app's host, without cookie or signature. Finds voice rooms,
 * too.
 */
function askReflow(
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
function askScene(deps: LookupDeps, liveId: string, roomId: string, signal: AbortSignal): Promise<WayAnswer> {
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

/** Asks about a room by one way, as specified by `DouyinUpstream.ask`. */
export async function ask(deps: LookupDeps, way: LookupWay, room: KnownRoom, signal: AbortSignal): Promise<WayAnswer> {
	signal.throwIfAborted();
	const { liveId, roomId } = room;
	if (!isLiveId(liveId)) return { status: "not_found", liveId };
	switch (way) {
		case "page":
			return renewing(deps, await askPage(deps, liveId, signal));
		case "enter":
			return askEnter(deps, liveId, signal);
		case "reflow": {
			const anchor = reachable(room.anchor);
			if (!anchor) throw new TypeError("reflow asks about a room by its anchor's secUid, which is not given.");
			return askReflow(deps, liveId, anchor, signal);
		}
		case "scene":
			if (!roomId) throw new TypeError("scene asks about a broadcast by its roomId, which is not given.");
			return askScene(deps, liveId, roomId, signal);
		default:
			return way satisfies never;
	}
}

/**
 * Looks a room up, as specified by `DouyinUpstream.lookup`: by its page, and by further requests if that is not enough.
 */
export async function lookUp(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<RoomLookup> {
	signal.throwIfAborted();
	if (!isLiveId(liveId)) return { status: "not_found", liveId };
	return complete(deps, await askPage(deps, liveId, signal), signal);
}

/**
 * Completes the page's answer: if the page is refused or can't be read, `web/enter` is asked once; a voice room that is
 * not named is resolved by `reflow`.
 */
export async function complete(deps: LookupDeps, page: WayAnswer, signal: AbortSignal): Promise<RoomLookup> {
	const { liveId } = page;
	let answer = page;
	// Without a visitor cookie it was the home page that was refused, and web/enter would request it again.
	if (isRefused(page) && deps.visitor.isKnown) {
		const entered = await askEnter(deps, liveId, signal);
		answer = entered.status === "unknown" || entered.status === "inconclusive" ? page : entered;
	}
	if (answer.status === "voice") answer = await askReflow(deps, liveId, answer.anchor, signal);
	if (answer === page) await renewing(deps, page);
	if (answer.status !== "voice" && answer.status !== "inconclusive") return answer;
	return { status: "unknown", liveId, failure: unreadable("A voice room is live, and its broadcast is not named.") };
}

function isRefused(answer: WayAnswer): boolean {
	return answer.status === "unknown" && ["blocked", "unreadable_page"].includes(answer.failure.reason);
}

/** Renews the visitor cookie after a page without a state, because the upstream may no longer accept it. */
async function renewing(deps: LookupDeps, answer: WayAnswer): Promise<WayAnswer> {
	const { reason, upstreamMessage } = answer.status === "unknown" ? answer.failure : ({} as Partial<DouyinError>);
	if (reason === "unreadable_page" || upstreamMessage === "empty") await deps.visitor.renew();
	return answer;
}

/** Whether the text is a live id: anything else must not become a path. */
function isLiveId(liveId: string): boolean {
	const parsed = parseLiveId(liveId);
	return parsed.ok && parsed.liveId === liveId;
}

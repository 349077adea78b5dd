import type { Broadcast } from "../rooms/broadcast.ts";
import type { Room } from "../rooms/room.ts";
import type { Person } from "../traffic/people.ts";

/** Numbers of the site (the web page's protocol, "Room lookup"). */
const statusLive = 2;
const statusEnded = 4;

/** The site's code for a room that does not exist, and for other things: it is ambiguous. */
export const noSuchRoom = 4_001_038;
/** The site's code for a broadcast that is over. */
export const broadcastOver = 30_003;

/** The site's name for an account that is gone. */
const closedAccount = "账号已注销";

/** State that the site shows of a room: its last broadcast, or why there is none to see. */
export type Shown = "live" | "offline" | "no_room" | "not_found" | "hidden" | "closed_account";

export function shownAs(room: Room): Shown {
	if (room.page === "auto" || room.page === "captcha" || room.page === "shell") {
		return room.looksLive ? "live" : "offline";
	}
	return room.page;
}

/** Returns the site's words for people if a call has no broadcast to show; "" if it says nothing. */
export function promptOf(shown: Shown): string {
	if (shown === "hidden") return "你不在主播设置的可见范围内";
	return shown === "offline" ? "直播已结束" : "";
}

/** Returns the current broadcast as the site's `room` object. */
export function roomJson(room: Room, shown: "live" | "offline"): Record<string, unknown> {
	return broadcastJson(room, room.current, shown === "live");
}

/** Returns a broadcast as the site's `room` object. */
export function broadcastJson(room: Room, broadcast: Broadcast, isOn: boolean): Record<string, unknown> {
	const ended = !isOn || broadcast.endedAt !== undefined;
	return {
		id_str: broadcast.roomId,
		status: isOn ? statusLive : statusEnded,
		status_str: String(isOn ? statusLive : statusEnded),
		title: room.title,
		user_count_str: "128",
		cover: { url_list: [`https://p3.sim-douyin.invalid/img/cover-${room.liveId}.jpeg?from=live&x=1`] },
		create_time: Math.floor(broadcast.startedAt / 1000),
		finish_time: ended ? Math.floor((broadcast.endedAt ?? broadcast.startedAt) / 1000) : 0,
		owner: personJson(room.anchor),
	};
}

/** Returns a room's anchor; for an account that is gone only the ids are left. */
export function anchorJson(room: Room): Record<string, unknown> {
	const person = personJson(room.anchor);
	return shownAs(room) === "closed_account" ? { ...person, nickname: closedAccount } : person;
}

export function personJson(person: Person): Record<string, unknown> {
	return {
		id_str: person.id,
		sec_uid: person.user.secUid,
		nickname: person.nickname,
		avatar_thumb: { url_list: [person.avatar] },
	};
}

/** The visitor that requests a page. Its id goes into the socket's query and its signature. */
export interface Visitor {
	id: string;
	loggedIn: boolean;
}

/** Returns the page's whole state. @param store name of the part that describes the room */
export function pageState(
	room: Room | undefined,
	liveId: string,
	{ id, loggedIn }: Visitor,
	store: string,
): Record<string, unknown> {
	return {
		appStore: { locale: "zh-CN", isMobile: false, abTest: { a: 1, note: 'braces } and "quotes" inside' } },
		[store]: {
			roomInfo: roomInfo(room, liveId),
			liveStatus: "normal",
			webRid: room?.liveId ?? liveId,
			webRoomExtra: {},
		},
		userStore: {
			odin: { user_id: id, user_type: 12, user_is_auth: 0, user_is_login: Number(loggedIn), user_unique_id: id },
		},
		headerUserInfo: { isLogin: loggedIn, info: loggedIn ? { uid: id } : {} },
	};
}

function roomInfo(room: Room | undefined, liveId: string): Record<string, unknown> {
	const shown = room ? shownAs(room) : "not_found";
	if (!room || shown === "not_found") return { web_rid: liveId };
	const webRid = room.liveId;
	const anchor = anchorJson(room);
	// A voice room's page has no room, and says that it cannot show it (recorders' reports of 2026-06).
	if (room.voice && shown === "live") {
		return { web_rid: webRid, anchor, enter_mode: 1, tips: "该直播类型或玩法电脑端暂未支持" };
	}
	if (shown !== "live" && shown !== "offline") return { web_rid: webRid, anchor };
	return { room: roomJson(room, shown), roomId: room.current.roomId, web_rid: webRid, anchor };
}

import type { Room } from "../rooms/room.ts";
import type { Person } from "../traffic/people.ts";

/** Numbers of the site (the web page's protocol, "Room lookup"). */
const statusLive = 2;
const statusEnded = 4;

/** What the page and the JSON status say about the room: its last broadcast, or that it has none. */
export type Shown = "live" | "offline" | "no_room" | "not_found";

export function shownAs(room: Room): Shown {
	if (room.page === "no_room" || room.page === "not_found" || room.page === "offline") return room.page;
	return room.looksLive ? "live" : "offline";
}

/** The broadcast as the site's `room` object. */
export function roomJson(room: Room, shown: "live" | "offline"): Record<string, unknown> {
	const { current } = room;
	const ended = shown === "offline" || current.endedAt !== undefined;
	return {
		id_str: current.roomId,
		status: shown === "live" ? statusLive : statusEnded,
		status_str: String(shown === "live" ? statusLive : statusEnded),
		title: room.title,
		user_count_str: "128",
		cover: { url_list: [`https://p3.sim-douyin.invalid/img/cover-${room.liveId}.jpeg?from=live&x=1`] },
		create_time: Math.floor(current.startedAt / 1000),
		finish_time: ended ? Math.floor((current.endedAt ?? current.startedAt) / 1000) : 0,
		owner: personJson(room.anchor),
	};
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

/** The page's whole state. */
export function pageState(room: Room | undefined, liveId: string, { id, loggedIn }: Visitor): Record<string, unknown> {
	return {
		appStore: { locale: "zh-CN", isMobile: false, abTest: { a: 1, note: 'braces } and "quotes" inside' } },
		roomStore: {
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
	const anchor = personJson(room.anchor);
	if (shown === "no_room") return { web_rid: webRid, anchor };
	return { room: roomJson(room, shown), roomId: room.current.roomId, web_rid: webRid, anchor };
}

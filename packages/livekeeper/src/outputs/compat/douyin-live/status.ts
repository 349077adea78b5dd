import { douyinLiveTexts, type Language } from "@livekeeper/base/text";
import type { LiveRoomStatus } from "../../../live/index.ts";

/** douyinLive's codes for the state of a room. */
export type StatusCode =
	| "ROOM_OFFLINE"
	| "ACCOUNT_OFFLINE_NO_ROOM"
	| "ROOM_ONLINE"
	| "ROOM_ENDED"
	| "ROOM_NOT_FOUND"
	| "ROOM_STATUS_UNKNOWN";

interface Meaning {
	status: string;
	valid: boolean;
	live: boolean | null;
	hasRoom: boolean | null;
}

const meanings: Record<StatusCode, Meaning> = {
	ROOM_OFFLINE: { status: "offline", valid: true, live: false, hasRoom: true },
	ACCOUNT_OFFLINE_NO_ROOM: { status: "account_offline", valid: true, live: false, hasRoom: false },
	ROOM_ONLINE: { status: "online", valid: true, live: true, hasRoom: true },
	ROOM_ENDED: { status: "ended", valid: true, live: false, hasRoom: true },
	ROOM_NOT_FOUND: { status: "not_found", valid: false, live: false, hasRoom: null },
	ROOM_STATUS_UNKNOWN: { status: "unknown", valid: false, live: null, hasRoom: null },
};

/**
 * Returns the status code to send next for a room.
 * @param before code sent to the listener last
 * @returns `undefined` if nothing is known yet
 */
export function codeOf({ state, reason }: LiveRoomStatus, before: StatusCode | undefined): StatusCode | undefined {
	switch (state) {
		case "connected":
			return "ROOM_ONLINE";
		case "waiting":
			if (reason.code === "no_room") return "ACCOUNT_OFFLINE_NO_ROOM";
			return before === "ROOM_ONLINE" || before === "ROOM_ENDED" ? "ROOM_ENDED" : "ROOM_OFFLINE";
		case "not_found":
			return "ROOM_NOT_FOUND";
		case "blocked":
			return "ROOM_STATUS_UNKNOWN";
		case "queued":
		case "reconnecting":
			// A reconnect says nothing about the broadcast.
			return before ?? "ROOM_STATUS_UNKNOWN";
		case "idle":
		case "resolving":
		case "connecting":
		case "stopped":
			return before;
	}
}

export type StatusWords = (typeof douyinLiveTexts)[StatusCode];

/**
 * @param room known facts of the room
 * @param how.words default: the words of the code
 */
export function statusMessage(
	code: StatusCode,
	liveId: string,
	room: LiveRoomStatus | undefined,
	{
		now,
		language,
		words = douyinLiveTexts[code],
	}: { now: number; language: Language; words?: StatusWords | undefined },
): string {
	const { status, valid, live, hasRoom } = meanings[code];
	const nextAt = live === true || !valid ? undefined : room?.nextAttemptAt;
	return JSON.stringify({
		type: "system",
		event: "live_status",
		code,
		valid,
		live,
		status,
		status_text: words.status[language],
		room_id: liveId,
		live_name: room?.anchor?.nickname ?? "",
		title: room?.title ?? "",
		avatar_thumb: room?.anchor?.avatar ?? "",
		has_room: hasRoom,
		account_only: hasRoom === null ? null : !hasRoom,
		message: words.message[language],
		suggestion: words.suggestion[language],
		...(nextAt !== undefined && { retry_interval_seconds: Math.max(1, Math.ceil((nextAt - now) / 1000)) }),
		...(code === "ROOM_ENDED" && { ended: true }),
	});
}

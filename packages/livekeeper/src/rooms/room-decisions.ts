import { DouyinError, type RoomLookup } from "@livekeeper/douyin";
import type { LiveLookup } from "./broadcast.ts";
import type { Room } from "./room.ts";

/** The broadcast to connect to. */
export interface Target {
	roomId: string;
	userUniqueId: string;
}

/** What a room does next: at once, or at `at` (ms). */
export type Plan = { do: "lookup"; at?: number } | { do: "connect"; target: Target; at?: number };

/** The upstream can ask for patience; it can't ask for more than this. */
const longestRetryAfterMs = 3_600_000;
/** From this failed attempt on the room is looked up again, even if it was only the network. */
const lookupFromAttempt = 3;

/** The page was looked at. */
export function afterLookup(room: Room, lookup: RoomLookup): Plan {
	room.broadcast.describe(lookup);
	switch (lookup.status) {
		case "live":
			return afterLive(room, lookup);
		case "offline":
			endBroadcast(room, "offline");
			room.roomId = lookup.roomId;
			return wait(room, "waiting", "offline", "The room is not live.");
		case "no_room":
			endBroadcast(room, "offline");
			return wait(room, "waiting", "no_room", "The account has no room now.");
		case "not_found":
			endBroadcast(room, "offline");
			return wait(room, "not_found", "not_found", "There is no room with this live id.");
		case "unknown":
			return afterFailure(room, lookup.failure);
		default:
			return lookup satisfies never;
	}
}

/** A session, or a look-up, failed. `direct`: the target is known to be right, it needs no look-up. */
export function afterFailure(room: Room, failure: DouyinError, target?: Target, direct = false): Plan {
	if (failure.reason === "broadcast_ended") return afterEnd(room, target);
	const { deps, settings, reconnects } = room;
	const attempt = ++room.reconnectCount;
	reconnects[failure.reason] = (reconnects[failure.reason] ?? 0) + 1;
	const reason = { code: failure.reason, message: failure.message };
	const fields = { reason: failure.reason, upstream_message: failure.upstreamMessage, status: failure.status };
	const asked = Math.min(failure.retryAfterMs ?? 0, longestRetryAfterMs);
	if (failure.reason === "blocked") {
		const delayMs = Math.max(settings.blockedDelayMs, asked);
		room.log("warn", `【!】直播间 ${room.liveId} 被上游拒绝，${Math.round(delayMs / 1000)} 秒后再试`, fields);
		return later(room, "blocked", reason, { do: "lookup", at: room.now() + delayMs });
	}
	const delayMs = Math.max(deps.reconnectDelayMs(attempt), asked);
	const line = `【!】检测到直播间 ${room.liveId} 连接断开，尝试重连（第 ${attempt} 次）`;
	room.log("warn", line, { ...fields, detail: failure.message, delay_ms: delayMs });
	const at = room.now() + delayMs;
	const cut = failure.reason === "network" && attempt < lookupFromAttempt;
	const plan: Plan = target && (cut || direct) ? { do: "connect", target, at } : { do: "lookup", at };
	return later(room, "reconnecting", reason, plan);
}

/** The event log takes no more for now; what the upstream says meanwhile comes from the cursor later. */
export function storageFailure(): DouyinError {
	return new DouyinError(
		"storage",
		"What the room says can't be stored at the moment; it waits until that works again.",
	);
}

/** The connection has been silent for too long, and the page was looked at. */
export function afterSilence(room: Room, lookup: RoomLookup, target: Target): Plan {
	const failure = new DouyinError("silence", `Nothing came for ${Math.round(room.settings.silenceMs / 1000)} s.`);
	if (lookup.status === "unknown") return afterFailure(room, failure);
	if (lookup.status !== "live") return afterLookup(room, lookup);
	if (lookup.roomId === target.roomId) {
		// The page can lag behind the end of a broadcast; a mute socket beside it is no reason to hammer the upstream.
		if (room.broadcast.isDoubtful(target.roomId) || lookup.finishedAt !== undefined) return afterEnd(room, target);
	}
	const next = afterLookup(room, lookup);
	return next.do === "connect" ? afterFailure(room, failure, next.target, true) : next;
}

function afterLive(room: Room, lookup: LiveLookup): Plan {
	const verdict = room.broadcast.judge(lookup);
	if (verdict === "ended") {
		return wait(room, "waiting", "broadcast_ended", "The broadcast has ended; its page still calls it live.");
	}
	if (verdict === "started") {
		endBroadcast(room, "new_broadcast");
		room.roomId = lookup.roomId;
		room.broadcast.started(lookup.roomId);
		room.emit({ type: "broadcast_started", title: lookup.title });
	}
	return { do: "connect", target: { roomId: lookup.roomId, userUniqueId: lookup.userUniqueId } };
}

/** The upstream said on the socket that the broadcast is over. */
function afterEnd(room: Room, target: Target | undefined): Plan {
	const roomId = target?.roomId ?? room.roomId;
	endBroadcast(room, "ended");
	room.broadcast.ended(roomId);
	return wait(room, "waiting", "broadcast_ended", "The broadcast has ended.");
}

/** Tells of the end of the broadcast that was running, if one was. */
function endBroadcast(room: Room, reason: "ended" | "offline" | "new_broadcast"): void {
	if (room.broadcast.roomId !== undefined) room.emit({ type: "broadcast_ended", reason });
	room.broadcast.over();
}

/** A definite answer: no attempt has failed, there is only nothing to connect to. */
function wait(
	room: Room,
	state: "waiting" | "not_found",
	code: "offline" | "no_room" | "not_found" | "broadcast_ended",
	message: string,
): Plan {
	room.reconnectCount = 0;
	const { offlinePollMs, notFoundPollMs } = room.settings;
	const at = room.now() + (state === "not_found" ? notFoundPollMs : offlinePollMs);
	if (room.state !== state) room.log("info", `直播间 ${room.liveId} ${waitingWords[code]}`, { reason: code });
	return later(room, state, { code, message }, { do: "lookup", at });
}

const waitingWords = {
	offline: "未开播，等待开播",
	no_room: "暂无直播间，等待开播",
	not_found: "不存在，稍后再查",
	broadcast_ended: "直播已结束，等待下一场",
} as const;

function later(room: Room, state: "waiting" | "not_found" | "blocked" | "reconnecting", reason: ReasonOf, plan: Plan) {
	room.enter(state, reason, plan.at);
	return plan;
}

type ReasonOf = Parameters<Room["enter"]>[1];

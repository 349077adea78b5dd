import { type DouyinError, failureClasses, type RoomLookup } from "@livekeeper/douyin";
import { decisionTexts, failureNames, roomTexts, sentence, type Text } from "../text/index.ts";
import type { LiveLookup } from "./broadcast.ts";
import type { ConnectionKey, Hold } from "./reconnect-strategy.ts";
import type { Room } from "./room.ts";
import { failureText, RoomFailure } from "./room-failure.ts";
import type { StatusReason } from "./room-status.ts";

/** The broadcast to connect to. */
export interface Target {
	roomId: string;
	userUniqueId: string;
}

/** What a room's page says. */
export type Answer = Exclude<RoomLookup, { status: "unknown" }>;

/** What a room does next: at once, or at `at` (ms). `held`: it was put off when it was due. */
export type Plan = ({ do: "lookup" } | { do: "connect"; target: Target }) & { at?: number; held?: boolean };

/** The connection that is decided about. */
export interface Deciding {
	readonly key: ConnectionKey;
	/** Failed attempts since its last frame, the one that is decided about included: from 1. */
	readonly attempt: number;
	/** When others of the room's connections are tried again, ms; `Infinity`: there is none. */
	readonly othersAt: number;
	/** It is not to be tried again until it is needed. */
	readonly rests: boolean;
}

/** The page was looked at, and has an answer. */
export function afterLookup(room: Room, lookup: Answer): Plan {
	room.broadcast.describe(lookup);
	switch (lookup.status) {
		case "live":
			return afterLive(room, lookup);
		case "offline":
			endBroadcast(room, "offline");
			room.roomId = lookup.roomId;
			return wait(room, "waiting", "offline", roomTexts.offline);
		case "no_room":
			endBroadcast(room, "offline");
			return wait(room, "waiting", "no_room", roomTexts.noRoom);
		case "not_found":
			endBroadcast(room, "offline");
			return wait(room, "not_found", "not_found", roomTexts.notFound);
		default:
			return lookup satisfies never;
	}
}

/**
 * A session, or a look-up, failed, and no connection of the room stands. `direct`: the target is known to be right, it
 * needs no look-up.
 */
export function afterFailure(room: Room, by: Deciding, failure: DouyinError, target?: Target, direct = false): Plan {
	const { state, looksFrom } = failureClasses[failure.reason];
	const { attempt } = by;
	room.failed(failure.reason, attempt);
	const { delayMs, leastMs, decision } = decide(room, by.key, failure, attempt);
	room.leaveAlone(leastMs);
	logFailure(room, failure, attempt, { delayMs, decision });
	const at = room.elapsed() + delayMs;
	const plan: Plan = target && (direct || attempt < looksFrom) ? { do: "connect", target, at } : { do: "lookup", at };
	const reason = { code: failure.reason, message: failureText(failure), decision };
	const nextAt = by.rests ? by.othersAt : Math.min(at, by.othersAt);
	room.enter(state, reason, nextAt === Number.POSITIVE_INFINITY ? undefined : nextAt);
	return plan;
}

/** A connection was lost or could not be made beside another: the room goes on. @returns when to try again, ms */
export function besideFailure(room: Room, { key, attempt }: Deciding, failure: DouyinError): number {
	const { delayMs, decision } = decide(room, key, failure, attempt);
	const { reason, host, status } = failure;
	const fields = { source: key.source, reason, host, status, decision: decision.zh, delay_ms: delayMs };
	const line = `直播间 ${room.liveId} 的第 ${key.source + 1} 个连接断开，其余连接继续接收（第 ${attempt} 次）`;
	room.log("info", "connection_lost", line, { ...fields, error: failure.message });
	return room.elapsed() + delayMs;
}

/** When to try again: as the strategy says, but never before what the class of failure and the upstream ask for. */
function decide(
	{ deps, settings }: Room,
	key: ConnectionKey,
	failure: DouyinError,
	attempt: number,
): { delayMs: number; leastMs: number; decision: Text } {
	const next = deps.reconnect.failed({ ...key, failure, attempt, now: deps.clock.elapsed() });
	const askedMs = failure.retryAfterMs ?? 0;
	const leastMs = Math.max(askedMs, failureClasses[failure.reason].state === "blocked" ? settings.blockedDelayMs : 0);
	if (next.delayMs >= leastMs) return { delayMs: next.delayMs, leastMs, decision: sentence(next.why) };
	const why = leastMs === askedMs ? decisionTexts.patience : decisionTexts.leftAlone;
	return { delayMs: leastMs, leastMs, decision: sentence(why) };
}

function logFailure(
	room: Room,
	failure: DouyinError,
	attempt: number,
	{ delayMs, decision }: { delayMs: number; decision: Text },
): void {
	const { reason, upstreamMessage, status, host } = failure;
	const { state } = failureClasses[reason];
	const cause = failureNames[reason].zh;
	const fields = { reason, cause, upstream_message: upstreamMessage, status, host, decision: decision.zh };
	if (state === "blocked") {
		room.log(
			"warn",
			"room_blocked",
			`【!】直播间 ${room.liveId} 被上游拒绝，${Math.round(delayMs / 1000)} 秒后再试`,
			fields,
		);
		return;
	}
	const line =
		reason === "storage"
			? `【!】直播间 ${room.liveId} 的数据暂时无法存取，等待重试（第 ${attempt} 次）`
			: `【!】检测到直播间 ${room.liveId} 连接断开，尝试重连（第 ${attempt} 次）`;
	const detail = failureText(failure).zh;
	room.log("warn", "room_reconnecting", line, { ...fields, detail, error: failure.message, delay_ms: delayMs });
}

/**
 * The strategy holds back an attempt that was due. A room that waits for something of its own goes on waiting for it.
 * From the second time on its page is looked at first: much may have changed.
 */
export function afterHold(room: Room, plan: Plan, { delayMs, why, reason: code, rests = false }: Hold): Plan {
	const decision = sentence(why);
	if (room.state === "idle") room.enter("resolving", { code: "new", message: roomTexts.lookingUp });
	const { state, machine } = room;
	const at = Math.max(room.elapsed() + delayMs, room.notBefore);
	const held: Plan = plan.do === "connect" && !plan.held ? { ...plan, at, held: true } : { do: "lookup", at };
	if (rests && state !== "waiting" && state !== "not_found") {
		return later(room, "blocked", { code, message: decision, decision }, held);
	}
	const waits = state === "waiting" || state === "not_found" || state === "blocked" || state === "reconnecting";
	if (waits) return later(room, state, { ...machine.reason, decision }, held);
	return later(room, "reconnecting", { code, message: decision, decision }, held);
}

/** The event log takes no more for now; what the upstream says meanwhile comes from the cursor later. */
export function storageFailure(): DouyinError {
	return new RoomFailure("storage", roomTexts.cannotStoreNow);
}

/** What is stored of the room can't be read, so nobody knows where it has to go on. */
export function unreadableMemory(cause: unknown): DouyinError {
	const why = cause instanceof Error ? cause.message : String(cause);
	return new RoomFailure("storage", roomTexts.memoryUnreadable(why), { cause });
}

/** The page of a room that is not heard says that there is nothing more to hear from this broadcast. */
export function speaksAgainst(room: Room, lookup: RoomLookup, target: Target): boolean {
	if (lookup.status === "unknown") return false;
	return lookup.status !== "live" || lookup.roomId !== target.roomId || hasEnded(room, lookup, target);
}

/** The page can lag behind the end of a broadcast; a mute socket beside it is no reason to hammer the upstream. */
function hasEnded(room: Room, lookup: LiveLookup, target: Target): boolean {
	if (lookup.roomId !== target.roomId) return false;
	return room.broadcast.isDoubtful(target.roomId) || lookup.finishedAt !== undefined;
}

/**
 * The room has been silent for too long, and its page was looked at.
 * @returns what to do in place of connecting anew; or to which broadcast, where the page says so
 */
export function afterSilence(room: Room, lookup: RoomLookup, target: Target): Plan | { target: Target | undefined } {
	if (lookup.status === "unknown") return { target: undefined };
	if (lookup.status === "live" && hasEnded(room, lookup, target)) return afterEnd(room, target.roomId, "offline");
	return afterLookup(room, lookup);
}

function afterLive(room: Room, lookup: LiveLookup): Plan {
	const verdict = room.broadcast.judge(lookup);
	if (verdict === "ended") {
		return wait(room, "waiting", "broadcast_ended", roomTexts.pageLags);
	}
	if (verdict === "started") {
		endBroadcast(room, "new_broadcast");
		room.roomId = lookup.roomId;
		room.broadcast.started(lookup.roomId);
		room.emit({ type: "broadcast_started", title: lookup.title });
	}
	return { do: "connect", target: { roomId: lookup.roomId, userUniqueId: lookup.userUniqueId } };
}

/** The broadcast is over: the upstream said so on the socket (`ended`), or a mute socket and the page do (`offline`). */
export function afterEnd(room: Room, roomId: string, reason: "ended" | "offline"): Plan {
	endBroadcast(room, reason);
	room.broadcast.ended(roomId);
	return wait(room, "waiting", "broadcast_ended", roomTexts.broadcastEnded);
}

/**
 * Tells of the end of the broadcast that was running, if one was. Only where it `ended` in our sight is all of it known;
 * with the other reasons its last messages may be missing.
 */
function endBroadcast(room: Room, reason: "ended" | "offline" | "new_broadcast"): void {
	room.put(room.sequencer.ended(room.elapsed()));
	if (room.broadcast.roomId !== undefined) room.emit({ type: "broadcast_ended", reason });
	room.broadcast.over();
}

/** A definite answer: no attempt has failed, there is only nothing to connect to. */
function wait(
	room: Room,
	state: "waiting" | "not_found",
	code: "offline" | "no_room" | "not_found" | "broadcast_ended",
	message: Text,
): Plan {
	room.rests();
	const { offlinePollMs, notFoundPollMs } = room.settings;
	const at = room.elapsed() + (state === "not_found" ? notFoundPollMs : offlinePollMs);
	if (room.state !== state)
		room.log("info", "room_waiting", `直播间 ${room.liveId} ${waitingWords[code]}`, { reason: code });
	return later(room, state, { code, message }, { do: "lookup", at });
}

const waitingWords = {
	offline: "未开播，等待开播",
	no_room: "暂无直播间，等待开播",
	not_found: "不存在，稍后再查",
	broadcast_ended: "直播已结束，等待下一场",
} as const;

function later(
	room: Room,
	state: "waiting" | "not_found" | "blocked" | "reconnecting",
	reason: StatusReason,
	plan: Plan,
) {
	room.enter(state, reason, plan.at);
	return plan;
}

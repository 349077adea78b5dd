import { noRetries, type RoomLookup } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Recalled, WaitingCode } from "./room-inputs.ts";
import {
	type Answer,
	type Broadcast,
	heldUntil,
	isConnected,
	type Link,
	type Reason,
	type RoomState,
	roomIdOf,
	targetOf,
} from "./room-state.ts";
import {
	begin,
	beginOthers,
	deactivate,
	endSession,
	enter,
	move,
	othersAt,
	plan,
	reconnect,
	type Step,
} from "./step-links.ts";

type LiveLookup = Extract<RoomLookup, { status: "live" }>;

/** Number of pages that call an ended room live before it is tried again, because pages lag. */
const pagesBeforeRecheck = 3;

/**
 * Returns whether the broadcast has ended. The page can lag behind its end; a mute socket next to it is no reason to
 * hammer the upstream.
 */
function hasEnded(room: RoomState, answer: LiveLookup): boolean {
	const target = targetOf(room);
	if (answer.roomId !== target?.roomId) return false;
	return target.state === "doubted" || answer.finishedAt !== undefined;
}

/** Returns whether the page of a silent room says that this broadcast has nothing more to bring. */
export function speaksAgainst(room: RoomState, answer: Answer): boolean {
	return answer.status !== "live" || answer.roomId !== targetOf(room)?.roomId || hasEnded(room, answer);
}

/** Applies the room's stored state. */
export function recall(room: RoomState, { broadcast }: Recalled): void {
	if (!broadcast) return;
	const { roomId, title, ended } = broadcast;
	const userUniqueId = roomId === room.broadcast?.roomId ? room.broadcast.userUniqueId : "";
	room.title = title;
	// A room that was live when this was stored connects if no look-up can begin at once.
	room.broadcast = { roomId, userUniqueId, state: ended ? "ended" : "running" };
}

/** Handles a look-up's answer for a link. */
export function answered(step: Step, link: Link, answer: Answer) {
	const { room, effects } = step;
	const roomId = "roomId" in answer ? { roomId: answer.roomId } : {};
	effects.push({
		do: "log",
		line: { event: "room_looked_up", source: link.source, answer: answer.status, ...roomId },
	});
	const former = targetOf(room);
	// Another connection is up by now and knows better.
	if (former && isConnected(room, link)) return plan(step, link, "connect", step.now);
	learn(step, answer);
	follow(step, link, former);
}

/** Applies an answer to what is known of the room and its broadcast. */
function learn(step: Step, answer: Answer) {
	const { room } = step;
	if ("title" in answer) {
		room.title = answer.title;
		room.cover = answer.cover;
	}
	if ("anchor" in answer && answer.anchor) room.anchor = answer.anchor;
	switch (answer.status) {
		case "live":
			return learnLive(step, answer);
		case "offline":
			endBroadcast(step, "offline");
			if (answer.roomId !== undefined) room.broadcast = { roomId: answer.roomId, userUniqueId: "", state: "over" };
			return wait(step, "waiting", "offline", ["offline"]);
		case "no_room":
			endBroadcast(step, "offline");
			return wait(step, "waiting", "no_room", ["noRoom"]);
		case "hidden":
			endBroadcast(step, "offline");
			return wait(step, "waiting", "hidden", ["hiddenBroadcast"]);
		case "closed":
			endBroadcast(step, "offline");
			return wait(step, "not_found", "closed", ["accountClosed"]);
		case "not_found":
			endBroadcast(step, "offline");
			return wait(step, "not_found", "not_found", ["notFound"]);
		default:
			return answer satisfies never;
	}
}

function learnLive(step: Step, { roomId, userUniqueId, title, kind }: LiveLookup) {
	const { room, effects } = step;
	room.kind = kind;
	const { state, pages = 0 } = room.broadcast?.roomId === roomId ? room.broadcast : { state: "over" };
	if (state === "ended" && pages + 1 < pagesBeforeRecheck) {
		room.broadcast = { roomId, userUniqueId, state, pages: pages + 1 };
		return wait(step, "waiting", "broadcast_ended", ["pageLags"]);
	}
	const isNew = state === "over";
	if (isNew) endBroadcast(step, "new_broadcast");
	room.broadcast = { roomId, userUniqueId, state: isNew || state === "running" ? "running" : "doubted" };
	if (isNew) effects.push({ do: "emit", body: { type: "broadcast_started", title }, roomId });
}

/** Handles a page that contradicts a silent room's broadcast. */
export function contradicted(step: Step, answer: Answer) {
	const { room } = step;
	const [own] = room.links;
	if (!own) return;
	if (answer.status === "live" && hasEnded(room, answer)) return over(step, "offline");
	const roomId = roomIdOf(room);
	learn(step, answer);
	if (!targetOf(room)) return follow(step, own);
	// A session belongs to the broadcast that it was opened for, so it ends with that one, and its silence is no failure.
	const left = roomIdOf(room) === roomId ? [] : room.links.filter(({ session }) => session?.ending === false);
	for (const link of left) reconnect(step, link);
}

/** Ends the connected broadcast: the upstream said so on the socket (`ended`), or silence implies it. */
export function over(step: Step, reason: "ended" | "offline", link = step.room.links[0]): void {
	const { room } = step;
	endBroadcast(step, reason);
	if (room.broadcast) room.broadcast = { ...room.broadcast, state: "ended" };
	wait(step, "waiting", "broadcast_ended", ["broadcastEnded"]);
	if (link) follow(step, link);
}

/** Continues a broadcast that seemed to have ended, because it has a new message. */
export function revived({ room, effects }: Step, broadcast: Broadcast): void {
	room.broadcast = { ...broadcast, state: "running" };
	const { title = "" } = room;
	effects.push({ do: "emit", body: { type: "broadcast_started", title }, roomId: broadcast.roomId });
}

/**
 * Reports the end of the running broadcast, if there was one. Only with `ended` was the end observed and the broadcast
 * complete; with the other reasons its last messages may be missing.
 */
function endBroadcast({ room, effects }: Step, reason: "ended" | "offline" | "new_broadcast"): void {
	const { broadcast } = room;
	const roomId = roomIdOf(room);
	effects.push({ do: "finish", roomId });
	if (!broadcast) return;
	if (broadcast.state === "running") effects.push({ do: "emit", body: { type: "broadcast_ended", reason }, roomId });
	room.broadcast = { roomId, userUniqueId: "", state: "over" };
}

/** Waits because of a definite answer: no attempt has failed, there is just nothing to connect to. */
function wait(step: Step, phase: "waiting" | "not_found", code: WaitingCode, said: Said): void {
	const { room, effects } = step;
	room.reconnectCount = 0;
	effects.push({ do: "left" });
	for (const link of room.links) link.retry = noRetries;
	if (room.phase !== phase) effects.push({ do: "log", line: { event: "room_waiting", code } });
	enter(step, phase, { code, said });
}

/** Lets other links continue, because the upstream must be left alone by this one. */
function hasToWait(step: Step, link: Link): void {
	const { room } = step;
	beginOthers(step, link);
	if (isConnected(room)) return;
	const { phase } = room;
	const waits = phase === "waiting" || phase === "not_found" || phase === "blocked";
	const reason: Reason = { ...room.reason, decision: ["patience"] };
	enter(step, waits ? phase : "reconnecting", reason, Math.min(link.until, othersAt(room, link)));
}

/**
 * Applies a link's finding of what to connect to, or that there is nothing. If that is another broadcast than `former`,
 * or none, the other links follow: they start again once one is connected.
 */
function follow(step: Step, link: Link, former?: Broadcast): void {
	const { room, now } = step;
	const [own = link] = room.links;
	const target = targetOf(room);
	const isOther = !target || target.roomId !== former?.roomId;
	for (const other of room.links) {
		// A link that waits for a permit keeps its place in the queue.
		const keepsPlace = target !== undefined && other.phase === "queued";
		if (isOther && other !== link && !keepsPlace) deactivate(step, other);
	}
	if (target) {
		if (link.permits && heldUntil(room, link) <= now) move(step, link, "taking");
		else plan(step, link, "connect", now);
		// The link that found the broadcast may have to wait for longer than the room's own connection.
		begin(step, own);
		if (link.until > now) hasToWait(step, link);
		return;
	}
	// The page has given a definite answer: former failures say nothing about the next broadcast.
	for (const each of room.links) each.attempt = 0;
	endSession(step, link);
	if (link !== own) move(step, link, "idle");
	// Its look-up waits for its turn.
	plan(step, own, "look", now);
}

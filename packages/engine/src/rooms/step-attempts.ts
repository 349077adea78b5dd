import { failureClasses } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Hold, Wait } from "./gate.ts";
import { type Failure, storageFailure } from "./room-failure.ts";
import type { LookWait } from "./room-route.ts";
import {
	type Answer,
	heldUntil,
	isConnected,
	type Link,
	type RoomPermit,
	roomIdOf,
	targetOf,
	urgencyOf,
} from "./room-state.ts";
import { answered } from "./step-broadcast.ts";
import { failed } from "./step-failures.ts";
import {
	beginOthers,
	beginPoll,
	dropLook,
	enter,
	move,
	plan,
	reconnect,
	reportQueued,
	type Step,
} from "./step-links.ts";

/**
 * Delay before an additional connection that was preempted asks again, ms, because rooms that come and go must not
 * churn it.
 */
const preemptedPauseMs = 60_000;
/** Hold after which a link checks the page before it connects, ms. */
const freshMs = 30_000;

/** Handles a link's due attempt. @param writable whether the room's events can be stored */
export function attempt(step: Step, link: Link, writable: boolean): void {
	const { room, effects } = step;
	if (!isConnected(room, link)) room.nextAttemptAt = undefined;
	link.preempted = undefined;
	effects.push({ do: "log", line: { event: "attempt_due", source: link.source, plan: link.next } });
	if (room.ownership === "unread" || room.ownership === "reading") {
		move(step, link, "taking");
		if (room.ownership === "unread") effects.push({ do: "take", how: "recall" });
		room.ownership = "reading";
	} else if (!writable) {
		// Without capacity for events, the upstream is left alone.
		const connects = link.next === "connect" && targetOf(room) ? "directly" : undefined;
		failed(step, link, storageFailure, { advice: {}, connects });
	} else if (link.next === "connect" && targetOf(room)) connect(step, link);
	else {
		move(step, link, "looking");
		look(step, link);
		if (room.phase === "idle") enter(step, "resolving", { code: "new", said: ["lookingUp"] });
	}
}

/** Asks the gate for a permit. */
function connect(step: Step, link: Link) {
	const { room, now } = step;
	const until = heldUntil(room, link);
	if (until > now) return leaveAlone(step, link, until);
	move(step, link, "queued");
}

/** Makes the room wait until then, because the upstream refused the identity or asked it to wait. */
export function leaveAlone(step: Step, link: Link, until: number): void {
	plan(step, link, link.next, until);
	const failed = [link, ...step.room.links].find(({ identity, failure }) => failure && identity === link.identity);
	heldBack(step, link, { for: "refused", why: ["leftAlone"], until, reason: failed?.failure?.reason ?? "blocked" });
}

/** Notes that a request waits in the gate, for the first time or for a new reason. */
export function waits(step: Step, link: Link, wait: Wait): void {
	link.wait = wait;
	if (!("until" in wait)) {
		step.effects.push({ do: "log", line: { event: "permit_awaited", source: link.source, wait } });
		if (link.phase === "queued") reportQueued(step, link);
		return;
	}
	link.heldSince ??= step.now;
	heldBack(step, link, wait);
}

/**
 * Delays a link because other rooms failed recently. A room that already waits for something else keeps waiting for
 * that.
 */
function heldBack(step: Step, link: Link, hold: Hold): void {
	const { room, effects } = step;
	const { why, reason, until } = hold;
	effects.push({ do: "log", line: { event: "attempt_held", source: link.source, wait: hold } });
	if (hold.mayPoll) beginPoll(step);
	if (isConnected(room, link)) return;
	if (room.phase === "idle") enter(step, "resolving", { code: "new", said: ["lookingUp"] });
	const { phase } = room;
	const waitsForItself = phase === "waiting" || phase === "not_found";
	const said: Said = ["sentence", why];
	if (hold.for === "cooldown" && !waitsForItself) enter(step, "blocked", { code: reason, said, decision: why }, until);
	else if (waitsForItself || phase === "blocked" || phase === "reconnecting") {
		enter(step, phase, { ...room.reason, decision: why }, until);
	} else enter(step, "reconnecting", { code: reason, said, decision: why }, until);
	// The hold is about this identity; another one may continue.
	if (hold.for === "cooldown" || hold.for === "refused") beginOthers(step, link);
}

/** Handles a granted request. */
export function permitted(step: Step, permit: RoomPermit): void {
	const { room } = step;
	const { id, kind, on, link: source } = permit;
	permit.state = "held";
	const isFor = (link: Link) => link.phase === "queued" && (on === undefined ? link.source === source : link.on === on);
	const link = room.links.find((one) => isFor(one) && one.transport === kind) ?? room.links.find(isFor);
	if (!link) return;
	const held = permitOn(room.permits, link.on);
	link.permits = on === undefined ? held && [held.id, id] : [id];
	const wasHeld = link.heldSince !== undefined && step.now - link.heldSince > freshMs;
	link.wait = undefined;
	link.heldSince = undefined;
	move(step, link, "taking");
	if (!wasHeld || isConnected(room, link)) return;
	link.phase = "looking";
	look(step, link);
}

/** Returns the permit that the room holds for links on this source, unless another room needs it. */
export function permitOn(permits: readonly RoomPermit[], on: number) {
	return permits.find((one) => one.on === on && one.state === "held");
}

/** Looks up a link that may wait for long, so it does not queue for a broadcast that is over. */
export function lookBeside(step: Step): void {
	const { room } = step;
	const waiting = room.links.filter(({ phase, wait }) => phase === "queued" && wait?.for === "limit");
	const first = room.phase === "stopped" || isConnected(room) ? undefined : waiting[0];
	for (const link of room.links) {
		if (link === first && link.look === undefined) look(step, link, "queued");
		else if (link !== first && link.phase === "queued") dropLook(step, link);
	}
}

function look({ room, effects }: Step, link: Link, urgency = urgencyOf(room)): void {
	link.look = ++room.count;
	effects.push({ do: "look_up", look: link.look, urgency });
}

/** Lets a link connect without an answer if it knows its target, so a live room keeps its place. */
function connectUnseen(step: Step, link: Link): void {
	const { room, now } = step;
	if (isConnected(room, link)) plan(step, link, "connect", now);
	else if (link.permits && heldUntil(room, link) <= now) move(step, link, "taking");
	else connect(step, link);
}

/** Notes that a look-up has not begun. */
export function lookWaits(step: Step, link: Link, wait: LookWait): void {
	const { room, effects } = step;
	if (link.phase !== "looking") return;
	if (targetOf(room)) {
		connectUnseen(step, link);
		return;
	}
	link.lookWait = wait;
	effects.push({ do: "log", line: { event: "look_held", source: link.source, wait } });
	if (isConnected(room, link)) return;
	const { phase } = room;
	const { why, until, refused } = wait;
	const waitsForItself = phase === "waiting" || phase === "not_found";
	if (refused && !waitsForItself) {
		const { state } = failureClasses[refused];
		enter(step, state, { code: refused, said: ["sentence", why], decision: why }, until);
	} else if (phase === "blocked")
		enter(step, "reconnecting", { code: "new", said: ["lookingUp"], decision: why }, until);
	else if (waitsForItself || phase === "resolving" || phase === "reconnecting") {
		enter(step, phase, { ...room.reason, decision: why }, until);
	}
}

/**
 * Handles the answer of a look-up. News of another broadcast, or of none, is stored, so the room has to be taken over
 * first.
 */
export function lookedUp(step: Step, link: Link, answer: Answer): void {
	const { room } = step;
	link.look = undefined;
	link.lookWait = undefined;
	const continues = answer.status === "live" && answer.roomId === targetOf(room)?.roomId;
	if (link.phase === "queued" && continues) return;
	if (room.ownership === "ours" || (answer.status === "live" && answer.roomId === roomIdOf(room))) {
		answered(step, link, answer);
	} else {
		move(step, link, "taking");
		link.answer = answer;
	}
}

/** Handles a failed look-up. */
export function lookFailed(step: Step, link: Link, failure: Failure): void {
	link.look = undefined;
	link.lookWait = undefined;
	// A missing answer is no news, and the place in the queue is worth more.
	if (link.phase === "queued") return;
	if (targetOf(step.room)) connectUnseen(step, link);
	else failed(step, link, failure, { advice: {} });
}

/** Handles another room's need for one of this room's permits. */
export function preempted(step: Step, permit: number, why: Said): void {
	const { room, now, effects } = step;
	const held = room.permits.find(({ id }) => id === permit);
	if (held?.state !== "held") return;
	held.state = "leaving";
	const isOn = ({ session, permits }: Link) =>
		permits?.[0] === permit || (session !== undefined && !session.ending && session.permits[0] === permit);
	const links = room.links.filter(isOn);
	for (const link of links) {
		reconnect(step, link);
		link.preempted = why;
	}
	// A link that looks the room up again while it holds its permit continues without the permit.
	if (links.length === 0 || !targetOf(room)) return;
	if (isConnected(room)) {
		for (const link of links) link.until = now + preemptedPauseMs;
		return;
	}
	effects.push({ do: "log", line: { event: "room_preempted", why } });
	enter(step, "queued", { code: "preempted", said: why });
	for (const link of links) connect(step, link);
}

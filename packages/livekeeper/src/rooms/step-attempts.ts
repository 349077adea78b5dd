import { failureClasses } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Hold, Wait } from "./gate.ts";
import { type Failure, storageFailure } from "./room-failure.ts";
import { type Answer, isConnected, type Link, mayAskAt, type RoomState, type Ticket } from "./room-state.ts";
import { answered } from "./step-broadcast.ts";
import { failed, refuse } from "./step-failures.ts";
import { beginOthers, beginPoll, endSession, enter, move, plan, type Step, tellQueued } from "./step-links.ts";

/** How long a connection that was preempted beside another waits before it asks again, ms: rooms that come and go must not churn it. */
const preemptedRestMs = 60_000;
/** A link that was held back longer than this looks at the page before it connects, ms. */
const freshMs = 30_000;

/** A link's attempt is due. @param writable what the room says can be stored */
export function attempt(step: Step, link: Link, writable: boolean): void {
	const { room, effects } = step;
	if (!isConnected(room, link)) room.nextAttemptAt = undefined;
	link.preempted = undefined;
	effects.push({ do: "log", line: { event: "attempt_due", source: link.source, plan: link.next } });
	if (room.memory !== "known") {
		move(step, link, "reading");
		if (room.memory === "unread") effects.push({ do: "recall" });
		room.memory = "reading";
	} else if (!writable) {
		// Without room for what comes the upstream is left alone.
		const connects = link.next === "connect" && room.target ? "directly" : undefined;
		failed(step, link, storageFailure, { advice: {}, connects });
	} else if (link.next === "connect" && room.target) connect(step, link);
	else ask(step, link);
}

/** The gate is asked for a look at the page. */
function ask(step: Step, link: Link): void {
	const at = mayAskAt(step.room, step.now);
	if (at <= step.now) move(step, link, "asking");
	else leaveAlone(step, link, at);
}

/** The gate is asked for a permit. */
function connect(step: Step, link: Link) {
	const { room, now } = step;
	const refusedUntil = room.refusedUntil[link.identity] ?? now;
	if (refusedUntil > now) return leaveAlone(step, link, refusedUntil);
	move(step, link, "queued");
	link.lookAt = now + room.settings.queuedPollMs;
}

/** The upstream has refused the identity to the room, which waits until then. */
function leaveAlone(step: Step, link: Link, until: number): void {
	plan(step, link, link.next, until);
	heldBack(step, link, { for: "refused", why: ["leftAlone"], until, reason: "blocked" });
}

/** A request waits in the gate: at first, or for something else than before. */
export function waits(step: Step, link: Link, wait: Wait): void {
	link.wait = wait;
	if (!("until" in wait)) {
		step.effects.push({ do: "log", line: { event: "permit_awaited", source: link.source, wait } });
		if (link.phase === "queued") tellQueued(step, link);
		return;
	}
	link.heldSince ??= step.now;
	heldBack(step, link, wait);
}

/** What others have met holds a link back. A room that waits for something of its own goes on waiting for it. */
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
	if (hold.for === "rest" && !waitsForItself) enter(step, "blocked", { code: reason, said, decision: why }, until);
	else if (waitsForItself || phase === "blocked" || phase === "reconnecting") {
		enter(step, phase, { ...room.reason, decision: why }, until);
	} else enter(step, "reconnecting", { code: reason, said, decision: why }, until);
	// It is held back for its identity: another one may go on.
	if (hold.for === "rest" || hold.for === "refused") beginOthers(step, link);
}

/** A request is granted. `by`: the identity that a page is to be looked at by. */
export function permitted(step: Step, { id, errand, permit, link: source }: Ticket, by: string): void {
	const { room } = step;
	if (errand === "page") {
		const link = room.links.find((one) => one.source === source);
		if (!link) return;
		link.wait = undefined;
		link.phase = "looking";
		look(step, link, by);
		if (room.phase === "idle") enter(step, "resolving", { code: "new", said: ["lookingUp"] });
		return;
	}
	room.permits.push({ id, on: permit, leaving: false });
	const isFor = (link: Link) =>
		link.phase === "queued" && (permit === undefined ? link.source === source : link.on === permit);
	const link = room.links.find((one) => isFor(one) && one.transport === errand) ?? room.links.find(isFor);
	if (!link) return;
	link.permit = permit === undefined ? permitOn(room, link.on)?.id : id;
	link.turn = permit === undefined ? id : undefined;
	const wasHeld = link.heldSince !== undefined && step.now - link.heldSince > freshMs;
	link.wait = undefined;
	link.heldSince = undefined;
	move(step, link, "claiming");
	if (wasHeld && !isConnected(room, link) && mayAskAt(room, step.now) <= step.now) link.phase = "asking";
}

/** The permit that the room holds for links that go on this one, and that nobody else needs. */
export function permitOn({ permits }: RoomState, on: number) {
	return permits.find((one) => one.on === on && !one.leaving);
}

export function look({ room, effects }: Step, link: Link, by: string): void {
	link.look = ++room.count;
	link.lookBy = by;
	effects.push({ do: "look_up", look: link.look, identity: by });
}

/** The page was looked at. What it says of another broadcast, or of none, is stored: the room has to be taken over first. */
export function lookedUp(step: Step, link: Link, answer: Answer): void {
	const { room, now } = step;
	link.look = undefined;
	const goesOn = answer.status === "live" && answer.roomId === room.target?.roomId;
	if (link.phase === "queued" && goesOn) link.lookAt = now + room.settings.queuedPollMs;
	else if (room.claim === "ours" || (answer.status === "live" && answer.roomId === room.roomId)) {
		answered(step, link, answer);
	} else {
		move(step, link, "claiming");
		link.answer = answer;
	}
}

/** The page could not be looked at. */
export function lookFailed(
	step: Step,
	link: Link,
	failure: Failure,
	advice: Parameters<typeof failed>[3]["advice"],
): void {
	const { room, now } = step;
	const { lookBy } = link;
	link.look = undefined;
	const isRefusal = failureClasses[failure.reason].state === "blocked";
	// A page that does not come is no news: its turn is worth more. Who is refused, though, has to stay away.
	if (link.phase === "queued" && !isRefusal && failure.retryAfterMs === undefined) {
		link.lookAt = now + room.settings.queuedPollMs;
		return;
	}
	if (isRefusal && lookBy !== undefined) refuse(step, lookBy, failure);
	// Another connection is up meanwhile, and knows better.
	if (room.target && isConnected(room, link)) plan(step, link, "connect", now);
	else if (isRefusal && mayAskAt(room, step.now) <= step.now) move(step, link, "asking");
	else failed(step, link, failure, { advice });
}

/** Another room needs a permit of this one. */
export function preempted(step: Step, permit: number, why: Said): void {
	const { room, now, effects } = step;
	const held = room.permits.find(({ id }) => id === permit);
	if (!held || held.leaving) return;
	held.leaving = true;
	const isOn = ({ session, permit: given }: Link) =>
		given === permit || (session !== undefined && !session.ending && session.permit === permit);
	const links = room.links.filter(isOn);
	for (const link of links) {
		endSession(step, link);
		plan(step, link, "connect", now);
		link.preempted = why;
	}
	if (links.length === 0) return;
	if (isConnected(room)) {
		for (const link of links) link.until = now + preemptedRestMs;
		return;
	}
	for (const link of links) connect(step, link);
	effects.push({ do: "log", line: { event: "room_preempted", why } });
	enter(step, "queued", { code: "preempted", said: why });
}

import { isDeepStrictEqual } from "node:util";
import type { Failure } from "./room-failure.ts";
import type { Effect } from "./room-inputs.ts";
import {
	allowedTransitions,
	heldUntil,
	isConnected,
	type Link,
	type LinkPhase,
	type Reason,
	type RoomState,
	targetOf,
} from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";

/** One step: a mutable draft of the state, and the effects to perform. */
export interface Step {
	readonly room: RoomState;
	readonly now: number;
	readonly effects: Effect[];
}

/** States whose entry is reported in the room's events. */
const reportedPhases: readonly RoomPhase[] = ["connected", "reconnecting", "blocked", "waiting"];

/**
 * Returns whether a transition is reported. A preemption of a connected room is; the wait for its first connection is
 * not.
 */
function isReported(from: RoomPhase, to: RoomPhase): boolean {
	return from !== to && (reportedPhases.includes(to) || (from === "connected" && to === "queued"));
}

/**
 * Enters a phase. A decision that the sentence already contains is left out.
 * @throws Error if the table does not allow the transition, which is a bug of the caller
 */
export function enter({ room, now, effects }: Step, to: RoomPhase, given: Reason, nextAttemptAt?: number): void {
	const { decision, ...sentence } = given;
	const reason = decision && isDeepStrictEqual(given.said, ["sentence", decision]) ? sentence : given;
	const from = room.phase;
	const allowed: readonly RoomPhase[] = allowedTransitions[from];
	if (!allowed.includes(to)) throw new Error(`A room can't go from ${from} to ${to} (${reason.code}).`);
	if (from !== to) room.since = now;
	room.phase = to;
	room.reason = reason;
	room.nextAttemptAt = nextAttemptAt === Number.POSITIVE_INFINITY ? undefined : nextAttemptAt;
	effects.push({ do: "entered", from, to, reason, reported: isReported(from, to) });
}

/** Moves a link to another phase, drops what it had begun, and returns what it was given. */
export function move(step: Step, link: Link, phase: Exclude<LinkPhase, "connecting" | "connected">): void {
	dropLook(step, link);
	link.phase = phase;
	if (phase !== "waiting" && phase !== "idle") return;
	link.wait = undefined;
	link.heldSince = undefined;
	link.permits = undefined;
	link.answer = undefined;
}

export function dropLook({ effects }: Step, link: Link): void {
	if (link.look !== undefined) effects.push({ do: "drop", look: link.look });
	link.look = undefined;
	link.lookWait = undefined;
}

/** Schedules the next attempt at `until`. A link never connects earlier than the upstream was promised. */
export function plan(step: Step, link: Link, next: Link["next"], until: number): void {
	move(step, link, "waiting");
	link.next = next;
	link.until = next === "connect" ? Math.max(until, heldUntil(step.room, link)) : until;
}

/** Ends a link's session, if it has one. */
export function endSession({ effects }: Step, { session }: Link, failure?: Failure): void {
	if (!session || session.ending) return;
	session.ending = true;
	effects.push({ do: "close", session: session.id, failure });
}

/** Ends what a link has, so that it connects again as soon as its socket is closed and the upstream may be asked. */
export function reconnect(step: Step, link: Link): void {
	endSession(step, link);
	plan(step, link, "connect", step.now);
}

/** Makes a link idle, because it is not needed for now. */
export function deactivate(step: Step, link: Link): void {
	endSession(step, link);
	move(step, link, "idle");
}

/** Starts a link. A wait from its last use still applies. */
export function begin(step: Step, link: Link | undefined): void {
	if (link?.phase === "idle" && targetOf(step.room)) plan(step, link, "connect", link.until);
}

/** Starts the other sockets, because one link is connected, has failed, or has to wait for long. */
export function beginOthers(step: Step, link: Link): void {
	for (const other of step.room.links) if (other !== link && other.transport === "socket") begin(step, other);
}

/** Starts polling until there is a socket. */
export function beginPoll(step: Step): void {
	const poll = pollOf(step.room);
	if (poll?.phase !== "idle" || !targetOf(step.room)) return;
	step.effects.push({ do: "log", line: { event: "polling_began", refused: step.room.refused } });
	begin(step, poll);
}

export function pollOf({ links }: RoomState): Link | undefined {
	return links.find(({ transport }) => transport === "poll");
}

/** Returns when one of the other links is retried; `Infinity` if none is by itself. */
export function othersAt({ links }: RoomState, link: Link): number {
	const waiting = links.filter((other) => other !== link && other.phase === "waiting");
	return Math.min(...waiting.map(({ until }) => until), Number.POSITIVE_INFINITY);
}

/** Reports that a link waits for a permit. A room without a connection waits with it. */
export function reportQueued(step: Step, link: Link): void {
	const { wait } = link;
	if (!wait || (wait.for !== "limit" && wait.for !== "turn") || isConnected(step.room, link)) return;
	// A preempted room has already reported the reason.
	if (step.room.phase !== "queued") enter(step, "queued", { code: "no_free_slot", said: wait.why });
}

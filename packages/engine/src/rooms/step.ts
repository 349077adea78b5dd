import { noRetries } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Failure } from "./room-failure.ts";
import type { Input, Stepped } from "./room-inputs.ts";
import {
	draftOf,
	dueAt,
	hasSocket,
	heldUntil,
	isConnected,
	isReady,
	type Link,
	type RoomPermit,
	type RoomState,
	targetOf,
	waitingPhases,
	withoutEffort,
} from "./room-state.ts";
import {
	attempt,
	leaveAlone,
	lookBeside,
	lookedUp,
	lookFailed,
	lookWaits,
	permitOn,
	permitted,
	preempted,
	waits,
} from "./step-attempts.ts";
import { answered, contradicted, recall, revived } from "./step-broadcast.ts";
import { failed, sessionFailed } from "./step-failures.ts";
import { beginOthers, deactivate, endSession, enter, plan, pollOf, reconnect, type Step } from "./step-links.ts";

/**
 * Computes a room's next state and the effects to perform from its state and one input. Pure; times are of
 * `Clock.elapsed`. `room-runner.ts` performs the effects and feeds their results back.
 */
export function step(state: RoomState, input: Input, now: number): Stepped {
	const next: Step = { room: draftOf(state), now, effects: [] };
	if (state.phase !== "stopped" || input.type === "closed") take(next, input);
	if (next.room.phase !== "stopped") openTaken(next);
	lookBeside(next);
	leaveLine(next);
	leaveConnection(next);
	settle(next);
	nameNext(next);
	return { state: next.room, effects: next.effects };
}

function take(step: Step, input: Input) {
	const { room, effects } = step;
	switch (input.type) {
		case "start":
			room.started = true;
			return;
		case "due":
			return due(step, input.writable);
		case "taken":
			return taken(step, input);
		case "take_failed":
			return takeFailed(step, input.failure);
		case "waits": {
			const permit = requested(room, input.permit);
			for (const link of permit ? waitingFor(room, permit) : []) waits(step, link, input.wait);
			return;
		}
		case "permitted": {
			const permit = requested(room, input.permit);
			if (permit) permitted(step, permit);
			return;
		}
		case "preempted":
			return preempted(step, input.permit, input.why);
		case "looked_up": {
			const link = room.links.find((one) => one.look === input.look);
			if (link) lookedUp(step, link, input.answer);
			return;
		}
		case "look_failed": {
			const link = room.links.find((one) => one.look === input.look);
			if (link) lookFailed(step, link, input.failure);
			return;
		}
		case "look_waits": {
			const link = room.links.find((one) => one.look === input.look);
			if (link) lookWaits(step, link, input.wait);
			return;
		}
		case "opened":
			return opened(step, input);
		case "proven":
			return proven(step, input.session);
		case "synced": {
			const poll = pollOf(room);
			if (!poll || poll.phase === "idle" || sessionOf(step, input.session)?.transport !== "socket") return;
			deactivate(step, poll);
			room.refused = 0;
			effects.push({ do: "log", line: { event: "polling_ended" } });
			return;
		}
		case "revived":
			if (room.broadcast?.state === "doubted" && sessionOf(step, input.session)) revived(step, room.broadcast);
			return;
		case "closed":
			return closed(step, input.session);
		case "failed": {
			const link = sessionOf(step, input.session);
			if (!link) return;
			const { failure, advice, looked } = input;
			const isProven = link.session?.proven ?? false;
			endSession(step, link, failure);
			sessionFailed(step, link, failure, { advice, proven: isProven, looked });
			return;
		}
		case "contradicted":
			if (isConnected(room)) contradicted(step, input.answer);
			return;
		case "writable":
			return writable(step);
		case "cooldown":
			for (const link of room.links) {
				const isOn = link.session?.ending === false || link.permits !== undefined;
				if (link.identity === input.identity && isOn) reconnect(step, link);
			}
			return;
		case "options":
			return options(step, input);
		case "stop":
			for (const link of room.links) deactivate(step, link);
			enter(step, "stopped", { code: "stopped", said: ["stopped"] });
			return;
		default:
			input satisfies never;
	}
}

/** Returns the permit with this id that the room still waits for. */
function requested({ permits }: RoomState, id: number): RoomPermit | undefined {
	return permits.find((permit) => permit.id === id && permit.state === "requested");
}

/** Returns the link of this session, unless the session was asked to end. */
function sessionOf({ room }: Step, id: number): Link | undefined {
	return room.links.find(({ session }) => session?.id === id && !session.ending);
}

function inPhase({ room }: Step, phase: Link["phase"]): Link[] {
	return room.links.filter((link) => link.phase === phase);
}

function due(step: Step, writable: boolean): void {
	const { room, now } = step;
	if (!room.started || room.leaving.length > 0) return;
	for (const link of room.links) if (isReady(link) && link.until <= now) attempt(step, link, writable);
}

function taken(step: Step, input: Extract<Input, { type: "taken" }>): void {
	const { room, now } = step;
	const { ownership } = room;
	if (ownership !== "reading" && ownership !== "claiming") return;
	room.ownership = input.ours ? "ours" : "read";
	recall(room, input);
	// Another process has seen the end of the broadcast by now, or the beginning of another.
	if (!targetOf(room)) for (const link of inPhase(step, "queued")) plan(step, link, "look", now);
	else for (const link of inPhase(step, "looking")) if (link.lookWait) lookWaits(step, link, link.lookWait);
	for (const link of inPhase(step, "taking")) {
		const { answer } = link;
		link.answer = undefined;
		if (answer) answered(step, link, answer);
		else if (!link.permits) plan(step, link, link.next, now);
	}
}

function takeFailed(step: Step, failure: Failure): void {
	const { room } = step;
	if (room.ownership !== "reading" && room.ownership !== "claiming") return;
	room.ownership = withoutEffort(room.ownership);
	for (const link of inPhase(step, "taking")) {
		const connects = link.permits && !link.answer ? ("directly" as const) : undefined;
		failed(step, link, failure, { advice: {}, connects });
	}
}

/** Starts the sessions of links with a permit. If another process has the room, it is taken over first. */
function openTaken(step: Step): void {
	const { room, now, effects } = step;
	for (const link of inPhase(step, "taking")) {
		if (room.ownership !== "ours") {
			if (room.ownership === "read") {
				effects.push({ do: "take", how: "claim" });
				room.ownership = "claiming";
			}
			continue;
		}
		const { permits, source } = link;
		const target = targetOf(room);
		if (!permits || !target) {
			plan(step, link, "look", now);
			continue;
		}
		const { code } = room.reason;
		// While attempts fail, the reason of the last failure says more than the start of another attempt.
		const keepsReason = room.reconnectCount > 0 && code !== "no_free_slot" && code !== "preempted";
		if (room.phase !== "connecting" && room.phase !== "connected") {
			enter(step, "connecting", keepsReason ? room.reason : { code: "new", said: ["connecting"] });
		}
		const session = ++room.count;
		link.session = { id: session, permits, ending: false, proven: false, since: now };
		link.permits = undefined;
		link.phase = "connecting";
		const { roomId, userUniqueId } = target;
		effects.push({ do: "open", session, source, target: { roomId, userUniqueId } });
	}
}

function opened(step: Step, { session, host }: { session: number; host: string }): void {
	const { room } = step;
	const link = sessionOf(step, session);
	if (link?.phase !== "connecting") return;
	link.phase = "connected";
	link.host = host;
	link.failure = undefined;
	link.preempted = undefined;
	if (room.phase !== "connected") {
		// Another link may have been lost while this one connected.
		if (room.phase !== "connecting") enter(step, "connecting", { code: "new", said: ["connecting"] });
		enter(step, "connected", { code: "ok", said: connectedAs(room, link) });
	}
	beginOthers(step, link);
}

function connectedAs({ refusal }: RoomState, { transport, host = "" }: Link): Said {
	if (transport === "socket") return ["connectedTo", host];
	return refusal ? ["polling", host, { reason: refusal.reason, host: refusal.host }] : ["polling", host];
}

function proven(step: Step, id: number): void {
	const { room, now, effects } = step;
	const link = sessionOf(step, id);
	if (!link?.session || link.session.proven) return;
	link.session.proven = true;
	link.attempt = 0;
	if (link.transport === "socket") link.retry = { ...link.retry, provenAt: now };
	const attempts = room.reconnectCount;
	room.reconnectCount = 0;
	if (attempts > 0) effects.push({ do: "log", line: { event: "room_recovered", attempts } });
}

function closed({ room }: Step, id: number): void {
	room.leaving = room.leaving.filter((session) => session.id !== id);
	const link = room.links.find(({ session }) => session?.id === id);
	if (link) link.session = undefined;
}

/** Resumes links that wait for storage, because the room's events can be stored again. */
function writable(step: Step): void {
	const { room, now } = step;
	if (room.reason.code !== "storage" || hasSocket(room)) return;
	const waiting = inPhase(step, "waiting");
	for (const link of waiting) link.until = Math.max(now, heldUntil(room, link));
	// With several links, one may connect while another waits: the phase is that of the first.
	if (waiting.length === 0 || isConnected(room) || room.phase === "connecting") return;
	const until = Math.min(...waiting.map((link) => link.until));
	enter(step, room.phase, { ...room.reason, decision: ["storable"] }, until);
}

/** Switches the room to other links, which start when the sessions of the former ones are closed. */
function options(step: Step, { links }: Extract<Input, { type: "options" }>): void {
	const { room, now } = step;
	for (const link of room.links) {
		deactivate(step, link);
		if (link.session) room.leaving.push(link.session);
	}
	for (const permit of room.permits) if (permit.state !== "requested") permit.on = undefined;
	// Those refusals concerned the former links.
	room.refused = 0;
	room.refusal = undefined;
	room.links = links.map((spec) => ({
		...spec,
		phase: spec.source === 0 ? "waiting" : "idle",
		next: "look",
		until: now,
		attempt: 0,
		failures: 0,
		retry: noRetries,
	}));
	if (!room.started || room.phase === "idle") return;
	// The upstream is not asked again at once with refused identities, whatever else has changed.
	const waitsOn = room.phase === "blocked" && room.links.every((link) => heldUntil(room, link) > now);
	if (!waitsOn) enter(step, "reconnecting", { code: "new", said: ["connectingAnew"] });
}

/** Asks the gate for what the links need, returns what they don't, and forgets sessions without a link. */
function settle({ room, effects }: Step): void {
	const inUse = new Set<number>();
	const holders = [...room.links, ...room.links.map(({ session }) => session), ...room.leaving];
	for (const holder of holders) for (const id of holder?.permits ?? []) inUse.add(id);
	const waiting = room.permits.filter(isRequested);
	const held = room.permits.filter((permit) => !isRequested(permit) && inUse.has(permit.id));
	const needed = room.phase === "stopped" ? [] : neededPermits(room.links, held);
	const isSame = (a: Needed, b: Needed) =>
		a.kind === b.kind && a.on === b.on && a.link === b.link && a.identity === b.identity;
	const kept = [...held, ...waiting.filter((permit) => needed.some((one) => isSame(one, permit)))];
	for (const permit of room.permits) if (!kept.includes(permit)) effects.push({ do: "release", permit: permit.id });
	const requests = needed.map((one): RoomPermit => {
		const known = waiting.find((permit) => isSame(one, permit));
		if (known) return known;
		const permit = { ...one, id: ++room.count, state: "requested" } as const;
		effects.push({ do: "acquire", permit });
		return permit;
	});
	room.permits = [...held, ...requests];
}

function isRequested({ state }: RoomPermit): boolean {
	return state === "requested";
}

/** Reports what a queued room waits for once none of its links is in line any more. */
function leaveLine(step: Step): void {
	const { phase, links } = step.room;
	if (phase !== "queued" || links.some((link) => link.phase !== "waiting" && link.phase !== "idle")) return;
	const [first] = links.filter((link) => link.phase === "waiting").sort((a, b) => a.until - b.until);
	if (first) leaveAlone(step, first, first.until);
}

/** Reports that a room connects again, because its sessions were ended although none has failed. */
function leaveConnection(step: Step): void {
	const { phase, links } = step.room;
	const isLeft =
		phase === "connected"
			? !isConnected(step.room)
			: phase === "connecting" && !links.some((link) => link.phase === "connecting" || link.phase === "taking");
	if (isLeft) enter(step, "reconnecting", { code: "new", said: ["connecting"] });
}

/** Puts the attempt of the first waiting link into the status, if the room waits for nothing else. */
function nameNext({ room, now }: Step): void {
	if (!waitingPhases.includes(room.phase) || room.nextAttemptAt !== undefined) return;
	const at = dueAt(room);
	if (at !== undefined && at > now) room.nextAttemptAt = at;
}

type Needed = Omit<RoomPermit, "id" | "state">;

/** Returns the permits that links wait for. @param held permits that the room has */
function neededPermits(links: readonly Link[], held: readonly RoomPermit[]): Needed[] {
	const needed: Needed[] = [];
	for (const link of links) {
		const { phase, source, transport, on, identity } = link;
		if (phase !== "queued") continue;
		if (permitOn(held, on)) needed.push({ kind: transport, link: source, identity });
		// A permit that another room needs is returned before it is requested again.
		else if (!held.some((permit) => permit.on === on)) {
			const former = needed.findIndex((one) => one.on === on);
			if (former < 0 || transport === "poll") {
				needed.splice(former < 0 ? needed.length : former, 1, { kind: transport, on, identity });
			}
		}
	}
	return needed;
}

/** Returns the links that wait for a permit. */
function waitingFor(room: RoomState, { link, on }: RoomPermit): Link[] {
	if (link !== undefined) return room.links.filter(({ source }) => source === link);
	return room.links.filter((one) => one.phase === "queued" && one.on === on);
}

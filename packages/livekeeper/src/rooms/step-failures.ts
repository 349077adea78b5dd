import { failureClasses, nextRetry, type RetryRecord } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Advice } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import { isConnected, type Link, type Target } from "./room-state.ts";
import { over } from "./step-broadcast.ts";
import {
	begin,
	beginOthers,
	beginPoll,
	enter,
	othersAt,
	plan,
	pollOf,
	rest,
	type Step,
	tellQueued,
} from "./step-links.ts";

/** Number of sockets refused in a row before the room is polled instead. */
const refusedBeforePolling = 3;

/** A session has failed. @param goesOnAs the page was looked at, and says to connect to this */
export function sessionFailed(
	step: Step,
	link: Link,
	failure: Failure,
	{ advice, proven, goesOnAs }: { advice: Advice; proven: boolean; goesOnAs?: Target | undefined },
) {
	const { room } = step;
	if (failure.reason === "broadcast_ended") return over(step, "ended", link);
	plan(step, link, "connect", link.until);
	const rests = lost(step, link, failure, proven);
	const target = goesOnAs ?? room.target;
	failed(step, link, failure, { advice, connects: target && (goesOnAs ? "directly" : "soon"), rests });
	if (!rests) return;
	rest(step, link);
	// Where another link waits for a permit, so does the room.
	const isDue = othersAt(room, link) < Number.POSITIVE_INFINITY;
	const queued = room.links.find(({ phase }) => phase === "queued");
	if (queued && !isDue) tellQueued(step, queued);
}

/** @returns whether the link is not to be tried again by itself */
function lost(step: Step, link: Link, failure: Failure, proven: boolean): boolean {
	const { room } = step;
	const { reason } = failure;
	const poll = pollOf(room);
	if (reason === "blocked") refuse(step, link.identity, failure);
	if (link === poll) {
		// A poll that fails as well leaves the next turn to the socket alone, which may have been resting meanwhile.
		if (!proven) {
			room.refused = 0;
			begin(step, room.links[0]);
		}
		return !proven;
	}
	// Who is refused is left alone, by im/fetch as well.
	if (reason === "blocked" && poll?.identity === link.identity) rest(step, poll);
	if (link.source === 0 && !isConnected(room, link)) {
		room.refused = proven || !failureClasses[reason].mayPoll ? 0 : room.refused + 1;
		room.refusal = failure;
		if (room.refused >= refusedBeforePolling) beginPoll(step);
	}
	if (reason !== "storage") beginOthers(step, link);
	return false;
}

/** An identity was refused: by it nothing is tried before that is waited out. */
export function refuse(step: Step, identity: string, { retryAfterMs = 0 }: Failure): void {
	const { room, now } = step;
	const until = now + Math.max(retryAfterMs, room.settings.blockedDelayMs);
	room.refusedUntil[identity] = until;
	for (const link of room.links) {
		if (link.identity !== identity) continue;
		if (link.phase === "queued" || link.phase === "claiming") plan(step, link, link.answer ? "look" : "connect", until);
		else if (link.phase === "waiting" || link.phase === "idle") link.until = Math.max(link.until, until);
	}
}

/**
 * An attempt of a link, or its session, failed: it waits.
 * @param connects the next attempt needs no look at the page: it is not so likely to help yet (`soon`), or was just taken
 * (`directly`)
 */
export function failed(
	step: Step,
	link: Link,
	failure: Failure,
	{ advice, connects, rests = false }: { advice: Advice; connects?: "soon" | "directly" | undefined; rests?: boolean },
): void {
	const { room, now, effects } = step;
	const { reason } = failure;
	const { state, looksFrom } = failureClasses[reason];
	link.failure = failure;
	link.failures++;
	link.attempt++;
	const { attempt, source } = link;
	const { record, delayMs, leastMs, decision } = whenNext(link, failure, advice, { now, ...room.settings });
	link.retry = record;
	link.notBefore = Math.max(link.notBefore, now + leastMs);
	const isBeside = isConnected(room, link);
	const looks = connects === undefined || (connects === "soon" && attempt >= looksFrom);
	plan(step, link, looks && !(isBeside && room.target) ? "look" : "connect", now + delayMs);
	const line = { source, failure, attempt, delayMs, decision };
	if (isBeside) {
		effects.push({ do: "log", line: { event: "connection_lost", ...line } });
		return;
	}
	room.reconnectCount = attempt;
	room.reconnects[reason] = (room.reconnects[reason] ?? 0) + 1;
	effects.push({ do: "log", line: { event: state === "blocked" ? "room_blocked" : "room_reconnecting", ...line } });
	const nextAt = Math.min(rests ? Number.POSITIVE_INFINITY : link.until, othersAt(room, link));
	enter(step, state, { code: reason, said: failure.said, decision }, nextAt);
}

/**
 * When to try again: as the schedule says, but never before what the class of failure and the upstream ask for.
 * @returns `leastMs`: how long the upstream is left alone, whatever calls the link
 */
export function whenNext(
	{ attempt, retry }: Pick<Link, "attempt" | "retry">,
	{ reason, retryAfterMs: askedMs = 0 }: Pick<Failure, "reason" | "retryAfterMs">,
	{ soonMs, refusedMs = 0, why = ["leftAlone"], paced }: Advice,
	{ now, blockedDelayMs }: { now: number; blockedDelayMs: number },
): { record: RetryRecord; delayMs: number; leastMs: number; decision: Said } {
	const { state, flap } = failureClasses[reason];
	const { record, delayMs: scheduledMs, flaps } = nextRetry(retry, attempt, now, flap);
	const leastMs = Math.max(askedMs, state === "blocked" ? Math.max(blockedDelayMs, refusedMs) : 0);
	const isSoon = soonMs !== undefined && attempt <= 1 && record.flaps === 0;
	const ownMs = paced && flaps === 0 ? 0 : isSoon ? soonMs : scheduledMs;
	if (ownMs < leastMs) return { record, delayMs: leastMs, leastMs, decision: leastMs === askedMs ? ["patience"] : why };
	return { record, delayMs: ownMs, leastMs, decision: isSoon ? ["hostWorks"] : ["schedule", attempt, flaps] };
}

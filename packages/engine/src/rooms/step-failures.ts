import { failureClasses, nextRetry, type RetryRecord } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Advice } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import { isConnected, type Link, targetOf } from "./room-state.ts";
import { over } from "./step-broadcast.ts";
import {
	begin,
	beginOthers,
	beginPoll,
	deactivate,
	enter,
	othersAt,
	plan,
	pollOf,
	reportQueued,
	type Step,
} from "./step-links.ts";

/** Number of refused sockets in a row after which the room is polled instead. */
const refusedBeforePolling = 3;

/** Handles a failed session. @param looked whether the page was just looked up */
export function sessionFailed(
	step: Step,
	link: Link,
	failure: Failure,
	{ advice, proven, looked = false }: { advice: Advice; proven: boolean; looked?: boolean | undefined },
) {
	const { room } = step;
	if (failure.reason === "broadcast_ended") return over(step, "ended", link);
	plan(step, link, "connect", link.until);
	const deactivates = lost(step, link, failure, proven);
	const connects = targetOf(room) && (looked ? "directly" : "soon");
	failed(step, link, failure, { advice, connects, deactivates });
	if (!deactivates) return;
	deactivate(step, link);
	// If another link waits for a permit, so does the room.
	const isDue = othersAt(room, link) < Number.POSITIVE_INFINITY;
	const queued = room.links.find(({ phase }) => phase === "queued");
	if (queued && !isDue) reportQueued(step, queued);
}

/** @returns whether the link must not be retried by itself */
function lost(step: Step, link: Link, failure: Failure, proven: boolean): boolean {
	const { room } = step;
	const { reason } = failure;
	const poll = pollOf(room);
	if (link === poll) {
		// If polling fails as well, the next turn belongs to the socket alone, which may have been idle meanwhile.
		if (!proven) {
			room.refused = 0;
			begin(step, room.links[0]);
		}
		return !proven;
	}
	// A refused identity is left alone, including `im/fetch`.
	if (reason === "blocked" && poll?.identity === link.identity) deactivate(step, poll);
	if (link.source === 0 && !isConnected(room, link)) {
		room.refused = proven || !failureClasses[reason].mayPoll ? 0 : room.refused + 1;
		room.refusal = failure;
		if (room.refused >= refusedBeforePolling) beginPoll(step);
	}
	if (reason !== "storage") beginOthers(step, link);
	return false;
}

/** Holds an identity for so long, because the upstream refused it or asked it to wait. */
function holdIdentity(step: Step, identity: string, waitMs: number): void {
	const { room, now } = step;
	if (waitMs === 0) return;
	const until = Math.max(room.holds[identity] ?? 0, now + waitMs);
	room.holds[identity] = until;
	for (const link of room.links) {
		if (link.identity !== identity) continue;
		if (link.phase === "queued" || link.phase === "taking") plan(step, link, link.answer ? "look" : "connect", until);
		else if (link.phase === "waiting" || link.phase === "idle") link.until = Math.max(link.until, until);
	}
}

/**
 * Makes a link wait after its attempt or its session failed.
 * @param connects whether the next attempt needs no look-up: a page is not likely to help yet (`soon`), or was just
 * read (`directly`)
 */
export function failed(
	step: Step,
	link: Link,
	failure: Failure,
	{
		advice,
		connects,
		deactivates = false,
	}: { advice: Advice; connects?: "soon" | "directly" | undefined; deactivates?: boolean },
): void {
	const { room, now, effects } = step;
	const { reason } = failure;
	const { state, looksFrom } = failureClasses[reason];
	link.failure = failure;
	link.failures++;
	link.attempt++;
	const { attempt, source } = link;
	const { record, delayMs, minMs, decision } = whenNext(link, failure, advice, { now, ...room.settings });
	link.retry = record;
	holdIdentity(step, link.identity, minMs);
	const isBeside = isConnected(room, link);
	const looks = connects === undefined || (connects === "soon" && attempt >= looksFrom);
	plan(step, link, looks && !(isBeside && targetOf(room)) ? "look" : "connect", now + delayMs);
	const line = { source, failure, attempt, delayMs, decision };
	if (isBeside) {
		effects.push({ do: "log", line: { event: "connection_lost", ...line } });
		return;
	}
	room.reconnectCount = attempt;
	room.reconnects[reason] = (room.reconnects[reason] ?? 0) + 1;
	effects.push({ do: "log", line: { event: state === "blocked" ? "room_blocked" : "room_reconnecting", ...line } });
	const nextAt = Math.min(deactivates ? Number.POSITIVE_INFINITY : link.until, othersAt(room, link));
	enter(step, state, { code: reason, said: failure.said, decision }, nextAt);
}

/**
 * Returns when to retry: by the schedule, but never before the failure class and the upstream allow it.
 * @returns `minMs`: how long the link's identity is held, whatever triggers it
 */
export function whenNext(
	{ attempt, retry }: Pick<Link, "attempt" | "retry">,
	{ reason, retryAfterMs: askedMs = 0 }: Pick<Failure, "reason" | "retryAfterMs">,
	{ delayMs: advisedMs, why }: Advice,
	{ now, blockedDelayMs }: { now: number; blockedDelayMs: number },
): { record: RetryRecord; delayMs: number; minMs: number; decision: Said } {
	const { state, flap } = failureClasses[reason];
	const { record, delayMs: scheduledMs, flaps } = nextRetry(retry, attempt, now, flap);
	const minMs = Math.max(askedMs, state === "blocked" ? Math.max(blockedDelayMs, advisedMs ?? 0) : 0);
	// A connection that just broke within a minute may only ask the gate early, and an unstable one not even that.
	const isAdvised = advisedMs !== undefined && (advisedMs > 0 ? record.flaps : flaps) === 0;
	const delayMs = Math.max(minMs, isAdvised ? advisedMs : scheduledMs);
	const bySchedule: Said = (isAdvised && why) || ["schedule", attempt, flaps];
	const isLeftAlone = delayMs === minMs && minMs > 0;
	const decision: Said = !isLeftAlone ? bySchedule : minMs === askedMs ? ["patience"] : (why ?? ["leftAlone"]);
	return { record, delayMs, minMs, decision };
}

import type { UpstreamEvent } from "@livekeeper/douyin";
import { atPaceOf, type Pace } from "./pace.ts";

/**
 * Why the log has a hole: `cursor_not_honoured`, `no_cursor`, or `overflow` (we were too slow to take it). `unverified`:
 * it may have one, since nothing could be had that tells.
 */
export interface Gap {
	/** Upstream time of the last event before the hole, ms. */
	from: number;
	/** Upstream time of the first event after it, ms. */
	to: number;
	reason: "cursor_not_honoured" | "no_cursor" | "overflow" | "unverified";
}

/** What is known of a room when a frame comes. */
export interface Before {
	/** The newest upstream time of an event of this broadcast. */
	lastAt: number | undefined;
	/** How the running session began; unset once its first new events were judged. */
	began: "resumed" | "without_cursor" | undefined;
	/** The running session has given recent messages. */
	paged: boolean;
	pace: Pace;
}

/** A hole is claimed when the room's own pace would have put this many events into it. */
const expectedInHole = 3;
/** Or that of the first ones behind it this many: the room may have begun to talk meanwhile. */
const expectedByNext = 10;
/** Shorter holes are not claimed: upstream times are not exact enough. */
const shortestHoleMs = 900;
/** Longer ones are told of even in a quiet room, where nothing tells whether the upstream went on from the cursor. */
const longestUnverifiedMs = 5_000;

/** The hole before the new events of a frame, if there is reason to claim one. */
export function holeBefore(
	fresh: readonly UpstreamEvent[],
	{ receivedAt, dropped }: { receivedAt: number; dropped: number },
	{ lastAt: from, began, paged, pace }: Before,
): Gap | undefined {
	const first = fresh.reduce((earliest, event) => Math.min(earliest, event.at), Number.POSITIVE_INFINITY);
	const to = Math.max(from ?? 0, Math.min(first, receivedAt));
	if (dropped > 0) return { from: from ?? to, to, reason: "overflow" };
	if (fresh.length === 0 || began === undefined || from === undefined) return undefined;
	if (began === "without_cursor") return { from, to, reason: "no_cursor" };
	const span = saidAt(fresh, first, pace) - from;
	if (span < shortestHoleMs) return undefined;
	if (pace.expected(span) >= expectedInHole || atPaceOf(fresh, span) >= expectedByNext) {
		return { from, to: first, reason: "cursor_not_honoured" };
	}
	return paged || span < longestUnverifiedMs ? undefined : { from, to: first, reason: "unverified" };
}

/**
 * When the first of these was said, by the room's own pace where only later ones have a time of more than whole seconds:
 * the fraction that is cut off would make a hole shorter than it is.
 */
function saidAt(events: readonly UpstreamEvent[], earliest: number, pace: Pace): number {
	const before = events.findIndex(({ at }) => at % 1_000 !== 0);
	const exact = events[before]?.at;
	if (exact === undefined || earliest % 1_000 !== 0) return earliest;
	return before === 0 ? exact : Math.max(earliest, exact - before / pace.expected(1));
}

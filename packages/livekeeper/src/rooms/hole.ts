import type { UpstreamEvent } from "@livekeeper/douyin";

/**
 * Why the log has a hole: `cursor_not_honoured` (the upstream was to begin with what is known, and did not) or
 * `no_cursor`. `unverified`: it may have one, since nothing could be had that tells.
 */
export interface Gap {
	/** Upstream time of the last event before the hole, ms. */
	from: number;
	/** Upstream time of the first event after it, ms. */
	to: number;
	reason: "cursor_not_honoured" | "no_cursor" | "unverified";
}

/** What is known of a room when a frame comes. */
export interface Before {
	/** The newest upstream time of an event of this broadcast. */
	lastAt: number | undefined;
	/** How the running session began; unset once its first new events were judged, or were proven to follow. */
	began: "resumed" | "without_cursor" | undefined;
	/** The session was to begin with something that is known. */
	overlapDue: boolean;
}

/** Where no overlap was due, shorter holes are not claimed: upstream times are not exact enough. */
const shortestHoleMs = 900;

/** The hole before the new events of a frame, unless something proves that there is none. */
export function holeBefore(
	fresh: readonly UpstreamEvent[],
	receivedAt: number,
	{ lastAt: from, began, overlapDue }: Before,
): Gap | undefined {
	if (fresh.length === 0 || began === undefined || from === undefined) return undefined;
	const first = fresh.reduce((earliest, event) => Math.min(earliest, event.at), Number.POSITIVE_INFINITY);
	const to = Math.max(from, Math.min(first, receivedAt));
	if (began === "without_cursor") return { from, to, reason: "no_cursor" };
	if (overlapDue) return { from, to, reason: "cursor_not_honoured" };
	return latestOf(first) - from < shortestHoleMs ? undefined : { from, to, reason: "unverified" };
}

/** A time in whole seconds may be any moment of its second. */
const latestOf = (at: number) => (at % 1_000 === 0 ? at + 999 : at);

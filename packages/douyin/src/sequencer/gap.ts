/**
 * Why a log has a gap:
 * - `cursor_not_honoured`: the upstream was asked to repeat a known message, and did not.
 * - `unverified`: it was asked to resume, from where nothing is repeated, and nothing proves that it did.
 * - `no_cursor`: there was nothing to resume from.
 * - `backfilled`: the room's newest messages were had, and may not reach to what follows: messages can be missing
 *   between the two.
 */
export type GapReason = "cursor_not_honoured" | "unverified" | "no_cursor" | "backfilled";

/** Messages may be missing here. */
export interface Gap {
	/** Upstream time of the newest event before the gap, ms. */
	from: number;
	/** Upstream time of the first event behind it, ms. */
	to: number;
	reason: GapReason;
}

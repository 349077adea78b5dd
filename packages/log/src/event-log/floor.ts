/**
 * The one rule for numbers after a loss: a number once assigned is never assigned again.
 *
 * The rule asks one thing of a store: can it show that the end of its log is the end that was last published? If it
 * can't (it was not closed cleanly after the last sync, another database or a backup took its place, its stream is
 * missing, younger, shorter, purged or trimmed), the log continues above its *floor* and leaves a jump in its numbers.
 * Readers get `truncated` with the reason `reset` in place of the skipped numbers.
 *
 * A floor needs no memory. A room gets far fewer than 100,000 numbers a second over its life, so every number ever
 * assigned is below the time in units of 10 µs. The numbers still known (the known end, and a previous floor) cover a
 * clock that was set back, and losses in quick succession: the time takes 10 seconds to pass a whole jump. All numbers
 * stay below 2^48 until the year 2059.
 */

/**
 * Minimum length of a jump: more events than a room can have stored in the time that a store may lose without a trace.
 */
export const minJump = 1_000_000;

/** Numbers of a room without events, both ends included. */
export interface Jump {
	from: number;
	to: number;
}

/** Numbers that are known to have been assigned. */
export interface KnownNumbers {
	/** The newest `seq` still stored; 0: none. */
	lastSeq: number;
	/** A previous floor; 0: none. */
	floor: number;
}

/**
 * Returns the number above which a log continues if its end is in doubt.
 * @param now ms since the epoch
 */
export function floorAbove({ lastSeq, floor }: KnownNumbers, now: number): number {
	return Math.max(lastSeq + minJump, floor + minJump, Math.trunc(now * 100));
}

/** Whether the missing events are so many that only a jump explains them, not damage. */
export function isJump({ from, to }: Jump): boolean {
	return to - from + 1 >= minJump;
}

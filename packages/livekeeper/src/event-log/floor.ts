/**
 * The one rule for numbers after a loss: a number once given is never given again.
 *
 * A store is asked one thing of a log's end: can it show that this is the end that was last given out? Where it can't (it
 * stopped without order beyond what was synced, another database or a backup lies in its place, its stream is missing,
 * younger, shorter, purged or trimmed) the log continues above its *floor*, and a jump in its numbers stays behind: readers
 * get `truncated` with the reason `reset` in place of what the jump passes over.
 *
 * A floor needs no memory. A room gives far fewer than 100,000 numbers a second over its life, so every number that was
 * ever given is below the time in units of 10 µs. What is still known (the known end, and a floor that was used before)
 * covers a clock that was set back, and losses in quick succession: in 10 seconds the time passes a whole jump. All of it
 * stays below 2^48 until the year 2059.
 */

/** More events than a room can have stored in the time that a store may lose without a trace. A jump is never shorter. */
export const leastJump = 1_000_000;

/** Numbers of a room that no event has, both ends included. */
export interface Jump {
	from: number;
	to: number;
}

/** Numbers that are still known to have been given. */
export interface KnownNumbers {
	/** The newest `seq` that is still there; 0: none is. */
	lastSeq: number;
	/** A floor that was used before; 0: none was. */
	floor: number;
}

/**
 * The number above which a log continues whose end is in doubt.
 * @param now ms since the epoch
 */
export function floorAbove({ lastSeq, floor }: KnownNumbers, now: number): number {
	return Math.max(lastSeq + leastJump, floor + leastJump, Math.trunc(now * 100));
}

/** Whether events are missing in such a number that no damage explains it, but a jump does. */
export function isJump({ from, to }: Jump): boolean {
	return to - from + 1 >= leastJump;
}

import { reconnectDelayMs } from "./backoff.ts";

/** From this step on the delays are 60 s for ever. */
const lastStep = 7;
/** A connection that lasted this long after its first frame is stable, ms. */
const stableMs = 60_000;
/** Number of breaks in a row that do not lengthen the wait: they happen. */
const forgiven = 2;
/** A connection that lasts `stoodMs` is worth having: the first wait after it is at most `waitMs`, ms. */
const worth = { stoodMs: 5_000, waitMs: 4_000 } as const;

/** State behind a connection's retries: plain, and never changed. Times are ms, of one clock that never goes back. */
export interface RetryRecord {
	/** Connections in a row that broke within a minute of their first frame. */
	readonly flaps: number;
	/** How long the last connection lasted. */
	readonly stoodMs: number;
	/** Since when the connection works. */
	readonly provenAt?: number | undefined;
}

export const noRetries: RetryRecord = { flaps: 0, stoodMs: 0 };

/**
 * How long one that keeps a connection waits by itself: 1, 2, 4, … 32, then 60 s for ever. The schedule begins again with
 * the first frame of a connection (`provenAt`), but not for ever at 1 s: from the third connection in a row on that breaks
 * within a minute, each begins it one step further.
 * @param attempt failed attempts since the last frame, this one included: from 1
 * @param flap whether the failure tells that the connection did not hold
 * @returns `flaps`: number of connections in a row that broke within a minute and made the wait longer; else 0
 */
export function nextRetry(
	former: RetryRecord,
	attempt: number,
	now: number,
	flap = true,
): { record: RetryRecord; delayMs: number; flaps: number } {
	const record = former.provenAt === undefined ? former : broken(former, now - former.provenAt, flap);
	// The number of steps of the schedule that are left out.
	const head = Math.max(0, record.flaps - forgiven);
	const scheduledMs = reconnectDelayMs(Math.max(1, attempt) + head);
	const isWorth = attempt <= 1 && record.stoodMs >= worth.stoodMs;
	const delayMs = isWorth ? Math.min(scheduledMs, worth.waitMs) : scheduledMs;
	return { record, delayMs, flaps: head > 0 ? record.flaps : 0 };
}

function broken({ flaps }: RetryRecord, stoodMs: number, flap: boolean): RetryRecord {
	if (stoodMs >= stableMs) return { flaps: 0, stoodMs };
	return { flaps: flap ? Math.min(flaps + 1, forgiven + lastStep) : flaps, stoodMs };
}

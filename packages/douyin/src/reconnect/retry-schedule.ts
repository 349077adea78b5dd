import { reconnectDelayMs } from "./backoff.ts";

/** From this step on the delay is always 60 s. */
const lastStep = 7;
/** Time after its first frame from which a connection is stable, ms. */
const stableMs = 60_000;
/** Number of breaks in a row that do not lengthen the delay, because some are normal. */
const forgiven = 2;
/** A connection that lasts `stoodMs` is useful: the first delay after it is at most `waitMs`, ms. */
const worth = { stoodMs: 5_000, waitMs: 4_000 } as const;

/** State of a connection's retries: plain and immutable. Times are ms, of one clock that never goes back. */
export interface RetryRecord {
	/** Number of connections in a row that broke within a minute of their first frame. */
	readonly flaps: number;
	/** Duration of the last connection, ms. */
	readonly stoodMs: number;
	/** Time since which the connection works. */
	readonly provenAt?: number | undefined;
}

export const noRetries: RetryRecord = { flaps: 0, stoodMs: 0 };

/**
 * Returns the delay before the next attempt: 1, 2, 4, … 32, then always 60 s. The schedule restarts with the first
 * frame of a connection (`provenAt`), but not always at 1 s: from the third connection in a row that breaks within a
 * minute, each starts one step further.
 * @param attempt failed attempts since the last frame, this one included: from 1
 * @param flap whether the failure means that the connection did not hold
 * @returns `flaps`: number of connections in a row that broke within a minute and lengthened the delay; otherwise 0
 */
export function nextRetry(
	former: RetryRecord,
	attempt: number,
	now: number,
	flap: boolean,
): { record: RetryRecord; delayMs: number; flaps: number } {
	const record = former.provenAt === undefined ? former : broken(former, now - former.provenAt, flap);
	// Number of steps of the schedule that are skipped.
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

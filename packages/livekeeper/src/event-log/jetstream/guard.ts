import { setTimeout as pause } from "node:timers/promises";
import { orAbort } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { Conflict } from "../../storage/index.ts";
import { storageTexts } from "../../text/index.ts";
import { faultOf, textOf } from "./faults.ts";
import { Fenced } from "./room-subject.ts";

/**
 * A call that reaches callers as an error of the service where it fails.
 * @param longestMs the call is given up after this, ms, and its signal aborted; default: it takes as long as it takes
 */
export type Guard = <T>(call: (signal: AbortSignal) => Promise<T>, longestMs?: number) => Promise<T>;

/** A call that NATS could not carry out at the moment is made again after this, ms. */
const retryMs = 100;
const never = new AbortController().signal;

/**
 * A call that NATS can't carry out at the moment is made again for a while: so it is while a stream elects its leader.
 * @param isClosed whether no call is made any more
 * @param patienceMs for how long, asked when a call begins
 */
export function guardOf(isClosed: () => boolean, patienceMs: () => number): Guard {
	return async (call, longestMs) => {
		const endsAt = performance.now() + patienceMs();
		const signal = longestMs === undefined ? never : AbortSignal.timeout(longestMs);
		for (;;) {
			if (isClosed()) throw new LivekeeperError("storage_closed", storageTexts.closed);
			try {
				return await (longestMs === undefined ? call(signal) : orAbort(call(signal), signal));
			} catch (error) {
				if (error instanceof LivekeeperError || error instanceof Fenced || error instanceof Conflict) throw error;
				if (signal.aborted || performance.now() >= endsAt || faultOf(error) !== "unreachable") {
					throw new LivekeeperError("storage_failing", storageTexts.failed(textOf(error)), { cause: error });
				}
			}
			await pause(retryMs);
		}
	};
}

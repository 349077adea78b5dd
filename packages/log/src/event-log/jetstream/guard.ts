import { LivekeeperError } from "@livekeeper/base/errors";
import { type Clock, orAbort, sleep, systemClock } from "@livekeeper/douyin";
import { Conflict } from "../../storage/index.ts";
import { storageTexts } from "../../text/index.ts";
import { faultOf, textOf } from "./faults.ts";
import { Fenced } from "./room-subject.ts";

/**
 * Runs a call, and converts its failure to an error of the service.
 * @param maxMs time after which the call is abandoned and its signal aborted, ms; default: unlimited
 */
export type Guard = <T>(call: (signal: AbortSignal) => Promise<T>, maxMs?: number) => Promise<T>;

/** Delay before a call is retried that NATS could not carry out at the moment, ms. */
const retryMs = 100;
const never = new AbortController().signal;

/**
 * Retries calls that NATS can't carry out at the moment, for instance while a stream elects its leader.
 * @param closing ends retries: each waiting call is rejected with `storage_closed`, and no more are made
 * @param patienceMs returns the duration of retries, ms; called when a call begins
 */
export function guardOf(closing: AbortSignal, patienceMs: () => number, clock: Clock = systemClock): Guard {
	const guard = async <T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
		const endsAt = clock.elapsed() + patienceMs();
		for (;;) {
			if (closing.aborted) throw new LivekeeperError("storage_closed", storageTexts.closed);
			try {
				return await (signal === never ? call(signal) : orAbort(call(signal), signal));
			} catch (error) {
				if (error instanceof LivekeeperError || error instanceof Fenced || error instanceof Conflict) throw error;
				if (signal.aborted || clock.elapsed() >= endsAt || faultOf(error) !== "unreachable") {
					throw new LivekeeperError("storage_failing", storageTexts.failed(textOf(error)), { cause: error });
				}
			}
			await sleep(clock, retryMs, closing);
		}
	};
	return async (call, maxMs) => {
		if (maxMs === undefined) return guard(call, never);
		const abort = new AbortController();
		const timer = clock.after(maxMs, () => abort.abort(new DOMException("The call took too long", "TimeoutError")));
		return guard(call, abort.signal).finally(() => timer.cancel());
	};
}

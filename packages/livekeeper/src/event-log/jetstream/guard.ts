import { setTimeout as pause } from "node:timers/promises";
import { LivekeeperError } from "../../errors.ts";
import { storageTexts } from "../../text/index.ts";
import { Conflict } from "../key-values.ts";
import { faultOf, textOf } from "./faults.ts";
import { Fenced } from "./room-subject.ts";

/**
 * A call that reaches callers as an error of the service where it fails.
 * @param again whether it may be made again where nobody answers, though it may have been carried out; default true
 */
export type Guard = <T>(call: () => Promise<T>, again?: boolean) => Promise<T>;

/** So long after a call that nobody answered it is made again, ms. */
const retryMs = 100;

/**
 * A call that nobody answers is made again for a while: so it is while a stream elects its leader.
 * @param isClosed whether no call is made any more
 * @param patienceMs for how long
 */
export function guardOf(isClosed: () => boolean, patienceMs: number): Guard {
	return async (call, again = true) => {
		const endsAt = performance.now() + patienceMs;
		for (;;) {
			if (isClosed()) throw new LivekeeperError("storage_closed", storageTexts.closed);
			try {
				return await call();
			} catch (error) {
				if (error instanceof LivekeeperError || error instanceof Fenced || error instanceof Conflict) throw error;
				if (!again || performance.now() >= endsAt || faultOf(error) !== "unreachable") {
					throw new LivekeeperError("storage_failing", storageTexts.failed(textOf(error)), { cause: error });
				}
			}
			await pause(retryMs);
		}
	};
}

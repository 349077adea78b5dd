import type { Permit } from "../../rooms/index.ts";
import type { Admission } from "./admission.ts";
import type { AdmissionRequest } from "./request.ts";

/** A permit that reports its preemption. */
export interface HeldPermit extends Permit {
	/** Aborts with the reason when another room needs the connection. */
	readonly preempted: AbortSignal;
}

/** @returns a permit at once if one is free, otherwise a promise that rejects with `signal.reason` when aborted */
export function acquire(
	admission: Pick<Admission, "acquire">,
	request: Omit<AdmissionRequest, "onPermit">,
	signal: AbortSignal = new AbortController().signal,
): HeldPermit | Promise<HeldPermit> {
	if (signal.aborted) return Promise.reject(signal.reason);
	let given: HeldPermit | undefined;
	let take = (permit: HeldPermit): void => {
		given = permit;
	};
	const preemption = new AbortController();
	const ticket = admission.acquire({
		...request,
		onPermit: (permit) => take({ ...permit, preempted: preemption.signal }),
		onPreempted: (why) => preemption.abort(why),
	});
	if (given) return given;
	return new Promise((resolve, reject) => {
		take = resolve;
		signal.addEventListener("abort", () => {
			ticket.cancel();
			reject(signal.reason);
		});
	});
}

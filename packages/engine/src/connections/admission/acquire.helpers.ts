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
	let isGranted = false;
	let take = (): void => {
		isGranted = true;
	};
	const preemption = new AbortController();
	const permit = admission.acquire({
		...request,
		onPermit: () => take(),
		onPreempted: (why) => preemption.abort(why),
	});
	const held = { ...permit, preempted: preemption.signal };
	if (isGranted) return held;
	return new Promise((resolve, reject) => {
		take = () => resolve(held);
		signal.addEventListener("abort", () => {
			permit.release();
			reject(signal.reason);
		});
	});
}

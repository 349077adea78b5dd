import type { Permit } from "../../rooms/index.ts";
import type { Admission } from "./admission.ts";
import type { AdmissionRequest } from "./request.ts";

/** @returns a permit at once where there is one, else a promise that rejects with `signal.reason` when aborted */
export function acquire(
	admission: Pick<Admission, "acquire">,
	request: Omit<AdmissionRequest, "onPermit">,
	signal: AbortSignal = new AbortController().signal,
): Permit | Promise<Permit> {
	if (signal.aborted) return Promise.reject(signal.reason);
	let given: Permit | undefined;
	let take = (permit: Permit): void => {
		given = permit;
	};
	const ticket = admission.acquire({ ...request, onPermit: (permit) => take(permit) });
	if (given) return given;
	return new Promise((resolve, reject) => {
		take = resolve;
		signal.addEventListener("abort", () => {
			ticket.cancel();
			reject(signal.reason);
		});
	});
}

import { type Clock, DouyinError, orAbort, type RoomLookup } from "@livekeeper/douyin";
import type { Look, LookRequest, RoomLooks, Urgency } from "./room-route.ts";

/** Maximum duration of a look-up, ms. */
const limitMs = 30_000;
/** Urgencies of rooms that lose nothing meanwhile. */
const patient: ReadonlySet<Urgency> = new Set(["waiting", "queued"]);

/**
 * Looks rooms up with the upstream's `lookup` without a budget: at once, or every 30 seconds for rooms that wait for
 * their broadcast or for a connection.
 */
export class PromptLooks implements RoomLooks {
	readonly #clock: Clock;
	/** Delay of each look-up, ms. */
	waitMs: (request: LookRequest) => number = ({ urgency, way }) => (patient.has(urgency) && !way ? 30_000 : 0);

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	look(request: LookRequest): Look {
		const ending = new AbortController();
		const begin = () => void this.#ask(request, ending.signal);
		const waitMs = this.waitMs(request);
		if (waitMs === 0) begin();
		else {
			const timer = this.#clock.after(waitMs, begin);
			ending.signal.addEventListener("abort", () => timer.cancel());
			request.onWait({ until: this.#clock.elapsed() + waitMs, why: ["pageLags"] });
		}
		return { cancel: () => ending.abort() };
	}

	async #ask({ liveId, routes: [{ upstream }], onAnswer }: LookRequest, ended: AbortSignal): Promise<void> {
		const limit = new AbortController();
		const timer = this.#clock.after(limitMs, () => limit.abort(new DouyinError("timeout", "No answer.")));
		const signal = AbortSignal.any([ended, limit.signal]);
		let answer: RoomLookup;
		try {
			answer = await orAbort(upstream.lookup(liveId, signal), signal);
		} catch (error) {
			const failure = error instanceof DouyinError ? error : new DouyinError("network", String(error));
			answer = { status: "unknown", liveId, failure };
		}
		timer.cancel();
		if (!ended.aborted) onAnswer(answer);
	}
}

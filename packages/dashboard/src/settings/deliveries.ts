import type { DeadLetter, TargetAttempt } from "@livekeeper/client";

/** A delivery with its outcome so far, for the target's owner. */
export interface Delivery {
	id: string;
	/** Empty for events of the service. */
	liveId: string;
	/** Time of the newest attempt, ms since the epoch. */
	at: number;
	events: number;
	/** Number of attempts that are remembered. */
	attempts: number;
	/** `failed`: it will be retried automatically. `gone`: given up, and the log no longer has the events. */
	outcome: "accepted" | "failed" | "given_up" | "queued" | "gone";
	partly: boolean;
	/** Reason why the newest attempt failed, and what to do. */
	why: string;
}

/**
 * Merges attempts (newest first) and dead letters into one row per delivery, newest first. Repeated attempts count with
 * the last.
 */
export function deliveriesOf(attempts: readonly TargetAttempt[], letters: readonly DeadLetter[]): Delivery[] {
	const found = new Map<string, Delivery>();
	for (const letter of letters) {
		const outcome = letter.queued ? "queued" : letter.available === "none" ? "gone" : "given_up";
		found.set(letter.delivery_id, {
			...{ id: letter.delivery_id, liveId: letter.live_id, events: letter.events, attempts: letter.attempts },
			...{ at: letter.error.at, outcome, partly: letter.available === "some", why: letter.error.message },
		});
	}
	const given = new Set(found.keys());
	for (const { delivery_id: id, live_id: liveId, events, at, error } of attempts) {
		if (given.has(id)) continue;
		const known = found.get(id);
		if (known) known.attempts++;
		else {
			const outcome = error ? "failed" : "accepted";
			found.set(id, { id, liveId, events, at, attempts: 1, outcome, partly: false, why: error?.message ?? "" });
		}
	}
	return [...found.values()].sort((a, b) => b.at - a.at);
}
